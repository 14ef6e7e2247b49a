//! Written by configure: {{ module.package }} as a file that LoadModule takes.

use httpd_core::loadable::{Loadable, {{ "loadable_mpm" if module.is_mpm else "loadable" }}};

// SAFETY: only modules have such names, and one module each.
#[unsafe(export_name = "httpd_module_{{ module.symbol }}")]
pub static MODULE: Loadable = {{ "loadable_mpm" if module.is_mpm else "loadable" }}(
    &httpd_core::CORE,
    &{{ module.krate }}::MODULE,
    {{ module.symbol | rust }},
    {{ module.file | rust }},
);
