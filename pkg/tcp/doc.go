// Package tcp reads and writes TCP connections at the cost of the system call
// alone.
//
// The net package tells Go's scheduler of each system call, in case it blocks.
// On a socket none does, yet the telling wakes the runtime's monitor thread as
// soon as a process is not busy all the time, and that thread then ticks every
// 20 µs: measured, a tenth of what a call through the gateway costs. So on Linux
// a [Conn] makes its calls without the scheduler, with a flag by which the kernel
// never lets them wait. Waiting is done as ever, in Go's network poller, and
// deadlines and Close work as they do in net. Elsewhere a Conn is net's own.
//
// HTTP is not this package's business: edge and pkg/upstream speak it, on top.
package tcp
