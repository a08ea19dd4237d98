//! Layers against the kernel: random changes in a real overlay, told as layers, laid over one another, give
//! what the overlay shows. Needs the right to mount.

use std::ffi::CString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, XattrFlags};
use rustix::mount::{MountFlags, UnmountFlags};

use super::{LayerOptions, write_changes, write_tree};
use crate::testing::{snapshot, unpack};

const ROUNDS: u64 = 40;
const CHANGES: usize = 60;

/// A mounted overlay, until dropped.
struct Overlay {
    merged: PathBuf,
    upper: PathBuf,
}

impl Overlay {
    /// `lowers`: the topmost first.
    fn mount(folder: &Path, lowers: &[PathBuf], extra: &str) -> Result<Self, rustix::io::Errno> {
        let [merged, upper, work] = ["merged", "upper", "work"].map(|name| folder.join(name));
        [&merged, &upper, &work].into_iter().for_each(|path| fs::create_dir_all(path).unwrap());
        let lowers: Vec<_> = lowers.iter().map(|path| path.display().to_string()).collect();
        let (lower, up, work) = (lowers.join(":"), upper.display(), work.display());
        let options = format!("lowerdir={lower},upperdir={up},workdir={work},{extra}");
        let options = CString::new(options).unwrap();
        rustix::mount::mount("overlay", &merged, "overlay", MountFlags::empty(), options.as_c_str())?;
        Ok(Self { merged, upper })
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        let _gone = rustix::mount::unmount(&self.merged, UnmountFlags::DETACH);
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A path of few names, so that changes meet. Never one by way of a symlink, which may lead out.
    fn path(&mut self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        for _ in 0..=self.roll(3) {
            if path.is_symlink() {
                break;
            }
            path.push(["a", "b", "c.d", "-e"][self.roll(4)]);
        }
        path
    }
}

/// Tries a change; many are impossible where things are, which is as good.
fn change(dice: &mut Dice, root: &Path) {
    let (path, other) = (dice.path(root), dice.path(root));
    let number = dice.roll(3);
    let mode = fs::Permissions::from_mode([0o600, 0o755, 0o4711][number]);
    let kind = path.symlink_metadata().ok().map(|metadata| metadata.file_type());
    let (is_file, is_link) =
        (kind.is_some_and(|kind| kind.is_file()), kind.is_some_and(|kind| kind.is_symlink()));
    let _possible = match dice.roll(16) {
        0..=2 => fs::create_dir_all(&path),
        3 | 4 if is_file || kind.is_none() => fs::write(&path, "same".repeat(number * 40_000)),
        5 => symlink(["a", "../b", "/c.d"][number], &path),
        6 => fs::hard_link(&path, &other),
        7 => store::remove_tree(&path).map_err(std::io::Error::other),
        8 => fs::remove_file(&path),
        9 => fs::rename(&path, &other),
        10 if !is_link => fs::set_permissions(&path, mode),
        11 => std::os::unix::fs::lchown(&path, Some(number as u32 * 1_500_000), Some(7)),
        12 => {
            let value = [number as u8; 3];
            rustix::fs::lsetxattr(&path, "user.test", &value, XattrFlags::empty()).map_err(Into::into)
        }
        13 => rustix::fs::mknodat(CWD, &path, FileType::Fifo, Mode::RUSR, 0).map_err(Into::into),
        14 => std::os::unix::net::UnixListener::bind(&path).map(drop),
        // The same content anew, as tools do.
        _ if is_file => fs::read(&path).and_then(|content| {
            fs::remove_file(&path)?;
            fs::write(&path, content)
        }),
        _ => Ok(()),
    };
}

fn options(lower: Option<&[PathBuf]>) -> LayerOptions<'_> {
    LayerOptions { source_date_epoch: 1, exclude: &|_| false, lower }
}

/// Random layers on a random tree; false if the kernel does not let us.
fn layers_equal_overlay(seed: u64, extra: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(seed);
    let base = folder.path().join("base");
    fs::create_dir(&base).unwrap();
    (0..CHANGES).for_each(|_| change(&mut dice, &base));
    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let mut tar = Vec::new();
    write_tree(&base, &options(None), &mut tar).unwrap();
    unpack(&tar, &unpacked);
    assert_eq!(snapshot(&unpacked), snapshot(&base), "seed {seed}");

    let mut lowers = vec![base];
    for layer in 0..3 {
        let overlay = match Overlay::mount(&folder.path().join(layer.to_string()), &lowers, extra) {
            Ok(overlay) => overlay,
            Err(errno) => {
                eprintln!("NOT TESTED: the kernel refuses to mount an overlay: {errno}");
                assert!(std::env::var_os("CI").is_none(), "CI must be able to mount an overlay ({errno})");
                return false;
            }
        };
        (0..CHANGES / 2).for_each(|_| change(&mut dice, &overlay.merged));
        let expected = snapshot(&overlay.merged);
        let mut tar = Vec::new();
        write_changes(&overlay.upper, &options(Some(&lowers)), &mut tar).unwrap();
        unpack(&tar, &unpacked);
        assert_eq!(snapshot(&unpacked), expected, "seed {seed}, layer {layer}");
        lowers.insert(0, overlay.upper.clone());
    }
    true
}

#[test]
fn layers_of_random_changes_show_what_the_overlay_shows() {
    for extra in ["redirect_dir=off,metacopy=off,index=off", "userxattr"] {
        if !(0..ROUNDS).all(|seed| layers_equal_overlay(seed, extra)) {
            return;
        }
    }
}
