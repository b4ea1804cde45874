// The one fault that C cannot have: an exception that leaves the library.
#include "faulty.c"
