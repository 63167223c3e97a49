// Package code lets a model use tools by a script instead of one by one: it finds out which
// there are from files that do not exist, and writes a program in Starlark
// (https://github.com/bazelbuild/starlark, a small Python) in which servers are objects and
// tools their methods. So the model need not be told of each tool in each turn, and what
// tools say to each other need not pass through it.
//
// It is not where tools are run: [Script].Call does that, with all the checks that a call
// has anywhere.
//
// A script is text that a model has written, perhaps as a stranger's page told it to. It
// has no files, no network, no clock and no imports. [Script.Run] bounds its steps, its
// time, its calls and its output, and, since the interpreter knows no bounds for what
// one step may do, has [guarded] rewrite the program so that every operation whose cost
// grows with its operands pays for it first, out of a [purse].
package code
