//! The operating system: the only unsafe code of the house
