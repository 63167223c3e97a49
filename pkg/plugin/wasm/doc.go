// Package wasm makes plugins of WebAssembly modules, in whatever language they were
// written. docs/plugins.md, section "WASM", has the interface that a module implements.
//
// How a value flows: [Kind] compiles a module when the configuration names it, with what
// stops it at its time limit written into it (interruptible). A hook's
// frame (package frame) is written into the memory of an instance that is free, the
// instance is called, and its answer is copied out. An instance serves one call at a time;
// one that was stopped at its time limit, or has crashed, is thrown away, and the next
// call gets a new one.
//
// A module has a limit of memory and of time, a clock, random numbers and a log. It has no
// files, no environment and no arguments, and of the network only what its configuration
// grants: it has the host ask ([module.httpFetch]), within the time of its hook.
package wasm
