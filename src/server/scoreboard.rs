//! What children say of themselves, for those who look: slots of counters in shared memory.
