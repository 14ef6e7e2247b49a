//! The life of a request: the table of phases, run forward only.
