// Package command is the command line, a file for each command. A command that
// runs a role reads its flags, wires the role from the parts in edge, worker,
// control and pkg by plain constructor calls, runs it, and drains it. There is no
// logic here, and no other package knows this one.
package command
