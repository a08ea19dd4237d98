//! Where the Puppet code lies, if not at the top where effigy would look for it.

use super::draft::Findings;

/// Main manifests, the better first, as [`crate::ControlRepo::manifest`] looks for them.
const MANIFESTS: &[(&str, &str)] = &[
    ("manifests/site.pp", "manifests"),
    ("manifests/init.pp", "manifests"),
    ("site.pp", "site.pp"),
    ("default.pp", "default.pp"),
];

/// Adds the top-level keys for code that lies in a folder of its own, e.g. `puppet/`. Nothing is added when
/// there is a manifest at the top, or when several folders have one.
pub(super) fn read(files: &[(&str, &str)], findings: &mut Findings) {
    let exists = |path: &str| files.iter().any(|(other, _)| *other == path);
    let manifest_of = |folder: &str| MANIFESTS.iter().find(|(file, _)| exists(&format!("{folder}{file}")));
    if manifest_of("").is_some() {
        return;
    }
    let mut folders: Vec<_> = files.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
    folders.dedup();
    let with_manifest = folders.iter().filter_map(|folder| {
        let folder = format!("{folder}/");
        manifest_of(&folder).map(|(_, manifest)| (folder, manifest))
    });
    let with_manifest: Vec<_> = with_manifest.collect();
    let [(folder, manifest)] = with_manifest.as_slice() else { return };
    let mut settings =
        vec![("manifest", format!("{folder}{manifest}")), ("modulepath", format!("{folder}modules"))];
    for (key, file) in [("hiera_config", "hiera.yaml"), ("puppetfile", "Puppetfile")] {
        let path = format!("{folder}{file}");
        if !exists(file) && exists(&path) {
            settings.push((key, path));
        }
    }
    let taken: Vec<_> = findings.settings.iter().map(|(key, _)| *key).collect();
    findings.settings.extend(settings.into_iter().filter(|(key, _)| !taken.contains(key)));
}
