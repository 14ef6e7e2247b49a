//! main(): arguments, configuration, start and restart, hand over to the MPM.
