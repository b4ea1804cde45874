// Owns the precompiled headers of its target; has nothing of its own.
