//go:build !linux

package main

import "time"

// nap sleeps for d, and some more: see the one for Linux.
func nap(d time.Duration) { time.Sleep(d) }
