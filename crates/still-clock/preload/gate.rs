//! Mapped into every program that starts: starts the servers of a list again, with the clock that stands still, and
//! does nothing in any other. Runs before anything of the program does, with no library but the loader's own.
//!
//! Unsafe, because the loader hands over C's arrays, and because starting again is a call of C's.
#![no_std]

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

/// File names of the programs that are shown a clock that stands.
const SERVERS: [&[u8]; 1] = [b"mariadbd"];

/// The library to start them with, as a variable.
const VARIABLE: &[u8] = b"LD_PRELOAD=";
const CLOCK: &[u8] = b"/usr/lib/effigy-clock.so";

/// What fits; a server with more is left as it is.
const LONGEST_TEXT: usize = 4096;
const MOST_VARIABLES: usize = 1024;

unsafe extern "C" {
    fn readlink(path: *const c_char, buffer: *mut c_char, size: usize) -> isize;
    fn execve(
        path: *const c_char,
        arguments: *const *const c_char,
        environment: *const *const c_char,
    ) -> c_int;
}

type Start = unsafe extern "C" fn(c_int, *const *const c_char, *const *const c_char);

#[used]
#[unsafe(link_section = ".init_array")]
static START: Start = start;

/// Called by the loader before the program begins.
unsafe extern "C" fn start(_: c_int, arguments: *const *const c_char, environment: *const *const c_char) {
    let mut path = [0; LONGEST_TEXT];
    // SAFETY: the buffer is as long as told, less the zero that ends it.
    let length = unsafe { readlink(c"/proc/self/exe".as_ptr(), path.as_mut_ptr().cast(), path.len() - 1) };
    let name = path.get(..usize::try_from(length).unwrap_or(0)).unwrap_or_default();
    let name = name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    if !SERVERS.contains(&name) {
        return;
    }
    let mut text = [0; LONGEST_TEXT];
    let mut variables = [ptr::null(); MOST_VARIABLES];
    // SAFETY: the loader hands over an array of texts that ends with a null.
    if unsafe { copy(environment, &mut variables, &mut text) }.is_some() {
        // SAFETY: all three end as they must. When it fails, the program goes on with the clock that it has.
        unsafe { execve(path.as_ptr().cast(), arguments, variables.as_ptr()) };
    }
}

/// Copies the environment and puts the clock before what is preloaded already; `None` if it is there, or if that
/// does not fit.
unsafe fn copy(from: *const *const c_char, to: &mut [*const c_char], text: &mut [u8]) -> Option<()> {
    let mut preloaded: &[u8] = b"";
    let mut slots = to.iter_mut();
    let mut at = from;
    // SAFETY: up to its null the array can be read, and each of its texts up to its zero.
    while let Some(variable) = unsafe { at.read().as_ref() } {
        let bytes = unsafe { CStr::from_ptr(variable) }.to_bytes();
        match bytes.strip_prefix(VARIABLE) {
            Some(value) => preloaded = value,
            None => *slots.next()? = variable,
        }
        at = unsafe { at.add(1) };
    }
    if preloaded.windows(CLOCK.len()).any(|part| part == CLOCK) {
        return None;
    }
    let between: &[u8] = if preloaded.is_empty() { b"" } else { b":" };
    let mut bytes = VARIABLE.iter().chain(CLOCK).chain(between).chain(preloaded);
    let (last, places) = text.split_last_mut()?;
    places.iter_mut().for_each(|place| *place = bytes.next().copied().unwrap_or(0));
    *last = 0;
    *slots.next()? = text.as_ptr().cast();
    *slots.next()? = ptr::null();
    bytes.next().is_none().then_some(())
}

#[panic_handler]
fn never(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
