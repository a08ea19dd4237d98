//! What the command may not do although it is root of its namespace, and the small things every process
//! expects of a machine: a host name, a loopback interface.

use std::io;

use rustix::thread::{
    CapabilitySet, CapabilitySets, CompatCapability, remove_capability_from_bounding_set, set_capabilities,
};

use crate::mounts::{Failure, Step};

/// What maintainer scripts, modules and daemons need; the rest (mounting, above all, which could make the
/// read-only mounts writable) is given up. Without `MKNOD`, because an ordinary user's build never has it,
/// and both must come out the same.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::DAC_READ_SEARCH)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID)
    .union(CapabilitySet::SETPCAP)
    .union(CapabilitySet::NET_BIND_SERVICE)
    .union(CapabilitySet::IPC_LOCK)
    .union(CapabilitySet::IPC_OWNER)
    .union(CapabilitySet::SYS_CHROOT)
    .union(CapabilitySet::SYS_NICE)
    .union(CapabilitySet::SYS_RESOURCE)
    .union(CapabilitySet::AUDIT_WRITE)
    .union(CapabilitySet::SETFCAP);

/// Shrinks the bounding set, so that the program about to be executed cannot have more than [`KEPT`].
pub(crate) fn give_up_capabilities() -> io::Result<()> {
    for number in 0..u64::BITS {
        let capability = CapabilitySet::from_bits_retain(1 << number);
        if KEPT.contains(capability) {
            continue;
        }
        match remove_one(capability) {
            // The kernel knows no capability of this number, nor any higher one.
            Err(rustix::io::Errno::INVAL) => break,
            other => other?,
        }
    }
    Ok(())
}

/// The same for this process itself, which executes nothing.
pub(crate) fn give_up_own_capabilities() -> io::Result<()> {
    give_up_capabilities()?;
    let sets = CapabilitySets { effective: KEPT, permitted: KEPT, inheritable: CapabilitySet::empty() };
    Ok(set_capabilities(None, sets)?)
}

fn remove_one(capability: impl CompatCapability) -> rustix::io::Result<()> {
    remove_capability_from_bounding_set(capability)
}

/// The same host name everywhere, so that no file written from it tells one machine from another, and a
/// loopback interface that is up where the network namespace is new.
pub(crate) fn settle(network: bool) -> Result<(), Failure> {
    rustix::system::sethostname(b"localhost").step("naming the host")?;
    if !network {
        raise_loopback().step("raising the loopback interface")?;
    }
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    Ok(())
}

fn raise_loopback() -> io::Result<()> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
    use std::os::fd::AsRawFd;
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    // SAFETY: all-zero bytes are a valid ifreq; the kernel reads the name and the flags from it, no more.
    #[allow(unsafe_code, reason = "an ioctl on a socket; neither std nor rustix has it")]
    let outcome = unsafe {
        let mut request: libc::ifreq = std::mem::zeroed();
        request.ifr_name[0] = b'l'.cast_signed();
        request.ifr_name[1] = b'o'.cast_signed();
        request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
        libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &request)
    };
    if outcome == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
