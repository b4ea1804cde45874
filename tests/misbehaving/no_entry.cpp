// A library that a connector folder may hold by mistake: it has no entry.
int not_a_connector() { return 1; }
