package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// nap sleeps in the kernel, for d or until a signal comes: the runtime's own
// timers are late by up to a millisecond.
func nap(d time.Duration) {
	ts := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&ts, nil) // the caller looks at the clock
}
