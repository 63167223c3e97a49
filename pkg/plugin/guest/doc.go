// Package guest is for plugins that are written in Go and compiled to WebAssembly:
//
//	func init() { guest.Handle("before_route", func(f *guest.Frame) *guest.Answer { … }) }
//
//	func main() {}
//
// built with GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared. What frames and answers
// hold is in docs/plugins.md; the gateway's side is package wasm.
package guest
