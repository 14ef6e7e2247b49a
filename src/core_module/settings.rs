//! The macro behind the core's configuration structs: what a section leaves unset is `None`, and a merge takes the
//! nearer setting.

/// Declares a configuration with three kinds of fields:
/// - `values`: small things with a default, each with an accessor of its name that returns the effective value;
/// - `kept`: what an accessor of its own reads, `None` where nothing is set;
/// - `parts`: what has a merge of its own.
macro_rules! settings {
    (
        $(#[$meta:meta])* pub struct $name:ident
        values { $($(#[$doc:meta])* $value:ident: $type:ty = $default:expr,)* }
        kept { $($kept:ident: $held:ty,)* }
        parts { $($part:ident: $own:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default, Clone)]
        pub struct $name {
            $(pub(crate) $value: Option<$type>,)*
            $(pub(crate) $kept: Option<$held>,)*
            $(pub(crate) $part: $own,)*
        }

        impl $name {
            $($(#[$doc])* pub fn $value(&self) -> $type { self.$value.unwrap_or($default) })*
        }

        impl $crate::config::Config for $name {
            fn merge(&self, inner: &Self) -> Self {
                Self {
                    $($value: inner.$value.or(self.$value),)*
                    $($kept: $crate::config::inherit(&self.$kept, &inner.$kept),)*
                    $($part: $crate::config::Config::merge(&self.$part, &inner.$part),)*
                }
            }
        }
    };
}

pub(crate) use settings;
