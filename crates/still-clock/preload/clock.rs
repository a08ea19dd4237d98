//! Mapped into servers only: takes the place of the C library's functions that tell the time or wait until a time.
//! The time stands at what a file says, so that nothing that a server writes down tells one run from another.
//! A server that has run for long gets a clock that goes on, lest it wait for ever for a time that does not come.
//! Nor does a server learn the address of a network card, which it would put into its UUIDs beside the time.
//!
//! Unsafe, because these are C's functions, found by their names and called through pointers.
#![no_std]

use core::ffi::{CStr, c_char, c_int, c_long, c_ulong, c_void};
use core::mem::transmute_copy;
use core::ptr;
use core::sync::atomic::{AtomicI64, AtomicPtr, Ordering::Relaxed};

/// What the time is, as a decimal number of seconds since 1970.
const EPOCH_FILE: &CStr = c"/usr/lib/effigy-clock.epoch";
/// The time is never before this. A deadline before half of it is one of the clock that counts from the start.
const EARLIEST: i64 = 1_000_000_000;
/// Where the clock that counts from the machine's start stands.
const SINCE_START: i64 = 100_000;
/// How long it all stands still.
const PATIENCE: i64 = 600 * SECOND;
const SECOND: i64 = 1_000_000_000;

const REALTIME: c_int = 0;
const MONOTONIC: c_int = 1;
/// Ticks a few hundred times a second, and is asked for next to nothing.
const MONOTONIC_COARSE: c_int = 6;
const TIMER_ABSTIME: c_int = 1;
/// The request for a network card's address.
const SIOCGIFHWADDR: c_ulong = 0x8927;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Time {
    seconds: c_long,
    nanoseconds: c_long,
}

#[repr(C)]
pub struct TimeOfDay {
    seconds: c_long,
    microseconds: c_long,
}

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn read(file: c_int, buffer: *mut c_void, size: usize) -> isize;
    fn close(file: c_int) -> c_int;
}

/// A function that would have been called without this library.
struct Next(AtomicPtr<c_void>, &'static CStr);

impl Next {
    const fn named(name: &'static CStr) -> Self {
        Self(AtomicPtr::new(ptr::null_mut()), name)
    }

    /// # Safety
    /// `Function` has to be the type of the C function of this name.
    unsafe fn function<Function>(&self) -> Function {
        let mut found = self.0.load(Relaxed);
        if found.is_null() {
            const NEXT: *mut c_void = ptr::without_provenance_mut(usize::MAX);
            // SAFETY: the name ends with a zero; a C library that has a loader has all that are asked for.
            found = unsafe { dlsym(NEXT, self.1.as_ptr()) };
            self.0.store(found, Relaxed);
        }
        // SAFETY: a pointer to a function is as large as any.
        unsafe { transmute_copy(&found) }
    }
}

type Wait = unsafe extern "C" fn(*mut c_void, *mut c_void, *const Time) -> c_int;
type ClockWait = unsafe extern "C" fn(*mut c_void, *mut c_void, c_int, *const Time) -> c_int;
type SemaphoreWait = unsafe extern "C" fn(*mut c_void, *const Time) -> c_int;
type Sleep = unsafe extern "C" fn(c_int, c_int, *const Time, *mut Time) -> c_int;
type GetTime = unsafe extern "C" fn(c_int, *mut Time) -> c_int;
type Control = unsafe extern "C" fn(c_int, c_ulong, *mut c_void) -> c_int;

static CLOCK_GETTIME: Next = Next::named(c"clock_gettime");
static PTHREAD_COND_TIMEDWAIT: Next = Next::named(c"pthread_cond_timedwait");
static PTHREAD_COND_CLOCKWAIT: Next = Next::named(c"pthread_cond_clockwait");
static SEM_TIMEDWAIT: Next = Next::named(c"sem_timedwait");
static CLOCK_NANOSLEEP: Next = Next::named(c"clock_nanosleep");
static IOCTL: Next = Next::named(c"ioctl");

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Time) -> c_int {
    match shown(clock) {
        // SAFETY: the caller hands over a place for a time, or it is its mistake as it would be without us.
        Some(now) => unsafe { time.write(Time::of(now)) },
        None => return unsafe { CLOCK_GETTIME.function::<GetTime>()(clock, time) },
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(place: *mut c_long) -> c_long {
    let seconds = Time::of(shown(REALTIME).unwrap_or(0)).seconds;
    // SAFETY: the caller's place, if any.
    if let Some(place) = unsafe { place.as_mut() } {
        *place = seconds;
    }
    seconds
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(place: *mut TimeOfDay, _: *mut c_void) -> c_int {
    let now = Time::of(shown(REALTIME).unwrap_or(0));
    // SAFETY: the caller's place, if any.
    if let Some(place) = unsafe { place.as_mut() } {
        *place = TimeOfDay { seconds: now.seconds, microseconds: now.nanoseconds / 1000 };
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_timedwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    deadline: *const Time,
) -> c_int {
    // SAFETY: the caller's deadline. Which clock the condition has cannot be asked, but deadlines differ enough.
    let given = unsafe { deadline.read() };
    let clock = if i64::from(given.seconds) < EARLIEST / 2 { MONOTONIC } else { REALTIME };
    unsafe { PTHREAD_COND_TIMEDWAIT.function::<Wait>()(condition, mutex, &given.really(clock)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_clockwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    clock: c_int,
    deadline: *const Time,
) -> c_int {
    // SAFETY: the caller's deadline.
    let deadline = unsafe { deadline.read() }.really(clock);
    unsafe { PTHREAD_COND_CLOCKWAIT.function::<ClockWait>()(condition, mutex, clock, &deadline) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sem_timedwait(semaphore: *mut c_void, deadline: *const Time) -> c_int {
    // SAFETY: the caller's deadline.
    let deadline = unsafe { deadline.read() }.really(REALTIME);
    unsafe { SEM_TIMEDWAIT.function::<SemaphoreWait>()(semaphore, &deadline) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_nanosleep(
    clock: c_int,
    flags: c_int,
    time: *const Time,
    left: *mut Time,
) -> c_int {
    // SAFETY: the caller's time, how long or until when.
    unsafe {
        let next = CLOCK_NANOSLEEP.function::<Sleep>();
        if flags & TIMER_ABSTIME == 0 {
            return next(clock, flags, time, left);
        }
        next(clock, flags, &time.read().really(clock), left)
    }
}

/// C's declaration ends in `...`, but one argument is what there is, and it is handed over alike.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ioctl(file: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    // A file that is none makes it fail as it would without a network card.
    let file = if request == SIOCGIFHWADDR { -1 } else { file };
    // SAFETY: what the caller asks for, passed on.
    unsafe { IOCTL.function::<Control>()(file, request, argument) }
}

impl Time {
    fn of(nanoseconds: i64) -> Self {
        let seconds = nanoseconds.div_euclid(SECOND) as c_long;
        Self { seconds, nanoseconds: nanoseconds.rem_euclid(SECOND) as c_long }
    }

    fn nanoseconds(self) -> i64 {
        i64::from(self.seconds).saturating_mul(SECOND).saturating_add(i64::from(self.nanoseconds))
    }

    /// When a deadline of the clock that is shown comes, by the clock that there is.
    fn really(self, clock: c_int) -> Self {
        let Some(shown) = shown(clock) else { return self };
        Self::of(real(clock).saturating_add(self.nanoseconds().saturating_sub(shown)))
    }
}

/// What a clock shows, in nanoseconds; nothing for those that count what a process has used.
fn shown(clock: c_int) -> Option<i64> {
    let stands_at = match clock {
        // Real, coarse, atomic.
        REALTIME | 5 | 11 => epoch(),
        // Monotonic, raw, coarse, since boot.
        MONOTONIC | 4 | MONOTONIC_COARSE | 7 => SINCE_START,
        _ => return None,
    };
    Some(stands_at.saturating_mul(SECOND).saturating_add(beyond_patience()))
}

fn real(clock: c_int) -> i64 {
    let mut time = Time { seconds: 0, nanoseconds: 0 };
    // SAFETY: a clock that there is, and a place for its time.
    unsafe { CLOCK_GETTIME.function::<GetTime>()(clock, &mut time) };
    time.nanoseconds()
}

/// How much longer than [`PATIENCE`] the program has run since it first asked.
fn beyond_patience() -> i64 {
    static BEGUN: AtomicI64 = AtomicI64::new(0);
    // Servers ask a million times when they start, to learn how finely the clock ticks.
    let now = real(MONOTONIC_COARSE);
    let begun = match BEGUN.load(Relaxed) {
        0 => {
            BEGUN.store(now, Relaxed);
            now
        }
        begun => begun,
    };
    (now - begun - PATIENCE).max(0)
}

fn epoch() -> i64 {
    static READ: AtomicI64 = AtomicI64::new(0);
    match READ.load(Relaxed) {
        0 => {
            let seconds = read_epoch().max(EARLIEST);
            READ.store(seconds, Relaxed);
            seconds
        }
        seconds => seconds,
    }
}

/// 0 without the file.
fn read_epoch() -> i64 {
    let mut text = [0_u8; 20];
    // SAFETY: the path ends with a zero, and the buffer is as long as told.
    let length = unsafe {
        let file = open(EPOCH_FILE.as_ptr(), 0);
        let length = read(file, text.as_mut_ptr().cast(), text.len());
        close(file);
        length
    };
    let digits =
        text.iter().take(usize::try_from(length).unwrap_or(0)).take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: i64, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')))
}

#[panic_handler]
fn never(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
