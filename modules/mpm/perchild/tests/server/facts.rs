//! The facts of a program that is only tested.

use httpd::facts::Facts;

pub(crate) const FACTS: Facts =
    Facts { mpm_name: "perchild", mpm_dir: "modules/mpm/perchild", ..Facts::NOWHERE };
