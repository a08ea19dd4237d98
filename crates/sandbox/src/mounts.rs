//! The file system that the command sees: the overlay, the kernel's own file systems, and what is shown
//! from outside. Ends with the old root gone.
//!
//! Mount points are opened inside the new root with `RESOLVE_IN_ROOT`, so a link in an image can not send a
//! mount elsewhere.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount, mount_change,
    move_mount, open_tree, unmount,
};

use crate::spec::{Mount, Spec};

/// A step of the set-up that failed, to be told by the process that cannot print.
pub(crate) struct Failure {
    pub step: String,
    pub errno: i32,
}

/// Names the step at hand in a failure.
pub(crate) trait Step<T> {
    fn step(self, what: impl Into<String>) -> Result<T, Failure>;
}

impl<T, E: Into<io::Error>> Step<T> for Result<T, E> {
    fn step(self, what: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| Failure { step: what.into(), errno: error.into().raw_os_error().unwrap_or(0) })
    }
}

/// Device nodes of the host that every program may count on.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// Builds the root as specified and makes it the root of this process.
pub(crate) fn enter_root(spec: &Spec) -> Result<(), Failure> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .step("leaving the host's mounts")?;
    let root_path = spec.mount_point.as_path();
    mount_overlay(&spec.root.lowers, spec.root.upper.as_deref(), &spec.work.join("root"), root_path)?;
    let root = open_directory(root_path).step("opening the new root")?;

    mount_kernel_file_systems(&root)?;
    for (number, one) in spec.mounts.iter().enumerate() {
        let target = inside(&root, one.target())?;
        match one {
            Mount::Bind { source, writable, .. } => show(source, &target, *writable)?,
            Mount::Overlay { lower, upper, .. } => mount_overlay(
                std::slice::from_ref(lower),
                Some(upper),
                &spec.work.join(number.to_string()),
                &descriptor_path(&target),
            )?,
        }
    }
    rustix::process::fchdir(&root).step("entering the new root")?;
    rustix::process::pivot_root(".", ".").step("making the new root the root")?;
    unmount(".", UnmountFlags::DETACH).step("letting the old root go")?;
    rustix::process::chdir("/").step("entering the new root")
}

/// Mounts an overlay, writable when there is an upper folder. The work folder is made here and must be new:
/// a volatile overlay refuses one that was used before.
fn mount_overlay(
    lowers: &[PathBuf],
    upper: Option<&Path>,
    work: &Path,
    target: &Path,
) -> Result<(), Failure> {
    let describe = || format!("mounting an overlay at {}", target.display());
    let mut options = b"userxattr,lowerdir=".to_vec();
    for (number, lower) in lowers.iter().enumerate() {
        if number > 0 {
            options.push(b':');
        }
        escape_into(&mut options, lower);
    }
    if let Some(upper) = upper {
        std::fs::create_dir_all(work).step(format!("making {}", work.display()))?;
        options.extend_from_slice(b",volatile,upperdir=");
        escape_into(&mut options, upper);
        options.extend_from_slice(b",workdir=");
        escape_into(&mut options, work);
    }
    let options = CString::new(options).map_err(io::Error::from).step(describe())?;
    let flags = if upper.is_none() { MountFlags::RDONLY } else { MountFlags::empty() };
    mount("overlay", target, "overlay", flags | MountFlags::NODEV, options.as_c_str()).step(describe())
}

/// Overlayfs takes `:` between folders and `,` between options; both may stand in a path behind a backslash.
fn escape_into(options: &mut Vec<u8>, path: &Path) {
    for &byte in path.as_os_str().as_bytes() {
        if matches!(byte, b':' | b',' | b'\\') {
            options.push(b'\\');
        }
        options.push(byte);
    }
}

fn mount_kernel_file_systems(root: &OwnedFd) -> Result<(), Failure> {
    let safe = MountFlags::NOSUID | MountFlags::NODEV;
    let at = |name: &str| inside(root, Path::new(name));
    mount("proc", &*descriptor_path(&at("proc")?), "proc", safe | MountFlags::NOEXEC, None)
        .step("mounting /proc")?;
    // The host's hardware is nobody's business in a build: /sys is there and empty.
    mount("sys", &*descriptor_path(&at("sys")?), "tmpfs", safe | MountFlags::RDONLY, None)
        .step("mounting /sys")?;
    mount("tmp", &*descriptor_path(&at("tmp")?), "tmpfs", safe, Some(c"mode=1777")).step("mounting /tmp")?;
    mount_devices(root)
}

fn mount_devices(root: &OwnedFd) -> Result<(), Failure> {
    let point = inside(root, Path::new("dev"))?;
    mount(
        "dev",
        &*descriptor_path(&point),
        "tmpfs",
        MountFlags::NOSUID | MountFlags::NOEXEC,
        Some(c"mode=755"),
    )
    .step("mounting /dev")?;
    // Opened again: the first descriptor shows what lies below the mount.
    let mounted = inside(root, Path::new("dev"))?;
    let dev_path = descriptor_path(&mounted);
    for name in DEVICES {
        let node = dev_path.join(name);
        std::fs::File::create(&node).step(format!("making /dev/{name}"))?;
        rustix::mount::mount_bind(Path::new("/dev").join(name), &node)
            .step(format!("showing /dev/{name}"))?;
    }
    for (name, options) in [("pts", c"newinstance,ptmxmode=0666,mode=620"), ("shm", c"mode=1777")] {
        let folder = dev_path.join(name);
        std::fs::create_dir(&folder).step(format!("making /dev/{name}"))?;
        let kind = if name == "pts" { "devpts" } else { "tmpfs" };
        mount(kind, &folder, kind, MountFlags::NOSUID | MountFlags::NOEXEC, options)
            .step(format!("mounting /dev/{name}"))?;
    }
    let links = [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ];
    links.iter().try_for_each(|(name, target)| {
        std::os::unix::fs::symlink(target, dev_path.join(name)).step(format!("making /dev/{name}"))
    })
}

/// Shows a folder of the host at the target.
fn show(source: &Path, target: &OwnedFd, writable: bool) -> Result<(), Failure> {
    let what = || format!("showing {}", source.display());
    let tree = open_tree(CWD, source, OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC)
        .step(what())?;
    restrict(&tree, writable).step(what())?;
    move_mount(
        tree.as_fd(),
        "",
        target.as_fd(),
        "",
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH,
    )
    .step(what())
}

/// No devices and no setuid programs from outside, and no writing unless asked for.
fn restrict(tree: &OwnedFd, writable: bool) -> io::Result<()> {
    let mut set = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
    if !writable {
        set |= libc::MOUNT_ATTR_RDONLY;
    }
    let attributes = libc::mount_attr { attr_set: set, attr_clr: 0, propagation: 0, userns_fd: 0 };
    // SAFETY: the structure is of the size told, the path is empty and terminated, the descriptor is open.
    #[allow(unsafe_code, reason = "mount_setattr has no wrapper in libc or rustix")]
    let outcome = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    if outcome == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn open_directory(path: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Opens a mount point as the new root sees it.
fn inside(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Failure> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat2(root, path, flags, Mode::empty(), ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS)
        .step(format!("opening the mount point {}", path.display()))
}

/// A path that leads to an open descriptor, for system calls that take no descriptor.
fn descriptor_path(descriptor: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", descriptor.as_raw_fd()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_the_separators_of_overlay_options_are_escaped() {
        let mut options = Vec::new();
        escape_into(&mut options, Path::new("/a:b,c\\d"));
        assert_eq!(options, b"/a\\:b\\,c\\\\d");
    }
}
