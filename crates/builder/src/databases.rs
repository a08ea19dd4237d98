//! The files of database servers that ran in a build: the same from every build, if they show that their server was
//! stopped properly and are of a kind that is known; otherwise as they are, with a word to the user.

use std::path::Path;

use mariadb::Outcome;
use progress::Progress;

use crate::Error;

/// Brings every data directory below `root` into its normal form. `root` is a whole root, or what changed in one
/// that is seen on top of `base`.
pub(crate) fn normalize(root: &Path, base: Option<&Path>, progress: &dyn Progress) -> Result<(), Error> {
    for directory in mariadb::find(root)? {
        let within = directory.strip_prefix(root).expect("what is found below a folder lies below it");
        let below = base.map(|base| base.join(within)).filter(|below| below.is_dir());
        let shown = Path::new("/").join(within);
        match mariadb::normalize(&directory, below.as_deref())? {
            Outcome::Normal { tablespaces } => {
                progress.note(&format!("{}: {tablespaces} tablespaces brought into their normal form", shown.display()));
            }
            Outcome::Left { reason } => progress.warn(&format!(
                "{}: left as its server wrote it, so that the image differs from one build to the next: {reason}",
                shown.display()
            )),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;

    use progress::{Silent, Task, Unit};

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl Progress for Heard {
        fn begin(&self, _: &str, _: Option<u64>, _: Unit) -> Box<dyn Task> {
            Box::new(Silent)
        }
        fn note(&self, _: &str) {}
        fn warn(&self, line: &str) {
            self.0.lock().unwrap().push(line.to_owned());
        }
    }

    #[test]
    fn what_is_left_is_told_and_the_build_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("srv/db");
        fs::create_dir_all(&directory).unwrap();
        for name in ["ibdata1", "ib_logfile0"] {
            fs::write(directory.join(name), "not a database").unwrap();
        }
        let heard = Heard::default();
        normalize(root.path(), Some(Path::new("/nowhere")), &heard).unwrap();
        let [line] = &heard.0.into_inner().unwrap()[..] else { panic!("one warning") };
        assert!(line.starts_with("/srv/db: left as its server wrote it"), "{line}");
        assert_eq!(fs::read(directory.join("ibdata1")).unwrap(), b"not a database");
    }
}
