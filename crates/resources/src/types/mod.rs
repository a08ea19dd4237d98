//! The types, one file each, and the list of them.

mod accounts;
mod alternatives;
mod anchor;
mod archive;
mod concat;
mod cron;
pub(crate) mod exec;
mod file;
mod file_line;
mod group;
mod host;
mod ini;
mod ini_setting;
mod ini_subsetting;
mod lists;
mod mailalias;
mod mount;
mod notify;
mod openstack;
pub mod package;
mod records;
mod resources;
mod schedule;
mod service;
mod ssh_authorized_key;
mod sshkey;
mod stage;
mod sysctl;
mod tidy;
mod user;
mod yumrepo;

use crate::schema::ResourceType;

/// Native types, sorted by name; OpenStack's many come on top.
pub const ALL: &[&ResourceType] = &[
    &alternatives::ALTERNATIVE_ENTRY,
    &alternatives::ALTERNATIVES,
    &anchor::ANCHOR,
    &archive::ARCHIVE,
    &concat::CONCAT_FILE,
    &concat::CONCAT_FRAGMENT,
    &cron::CRON,
    &exec::EXEC,
    &file::FILE,
    &file_line::FILE_LINE,
    &schedule::FILEBUCKET,
    &group::GROUP,
    &host::HOST,
    &ini_setting::INI_SETTING,
    &ini_subsetting::INI_SUBSETTING,
    &mailalias::MAILALIAS,
    &mount::MOUNT,
    &notify::NOTIFY,
    &package::PACKAGE,
    &resources::RESOURCES,
    &schedule::SCHEDULE,
    &service::SERVICE,
    &ssh_authorized_key::SSH_AUTHORIZED_KEY,
    &sshkey::SSHKEY,
    &stage::STAGE,
    &sysctl::SYSCTL,
    &tidy::TIDY,
    &user::USER,
    &yumrepo::YUMREPO,
];

/// The type of this name.
pub fn find(name: &str) -> Option<&'static ResourceType> {
    ALL.iter().find(|known| known.name == name).copied().or_else(|| openstack::find(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_type_is_sound() {
        let names: Vec<&str> = ALL.iter().map(|kind| kind.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for kind in ALL {
            assert!(kind.attribute(kind.namevar).is_some(), "{} has no {}", kind.name, kind.namevar);
            assert!(kind.summary.ends_with('.'), "{}", kind.name);
            let mut seen: Vec<&str> = kind.attributes.iter().map(|attribute| attribute.name).collect();
            seen.sort_unstable();
            assert!(
                seen.windows(2).all(|pair| pair[0] != pair[1]),
                "{} twice in {}",
                kind.name,
                seen.join(" ")
            );
        }
    }
}
