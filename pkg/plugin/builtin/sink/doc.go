// Package sink takes what is told of finished calls out of the gateway, behind the calls: it
// is what the plugins that write logs have in common.
//
// A [Sink] is a plugin. At a call's end it writes one JSON object, the line ([AppendLine]),
// and puts it into the queue of its [Lane], which is bounded: where there is no room the
// line is dropped and counted, and no call waits. The lane's goroutine hands lines in batches
// to a [Target], which is where they go, again and again where that fails. It starts with
// the first line, and ends with the plugin, which waits for a while for what is left.
//
// While a target does not take lines they wait in a folder of the plugin's (spool), where they
// outlive the process, and one batch after the other is tried at growing intervals. Where there is
// no such folder they wait in memory, and are lost when they were tried often enough.
//
// Lines leave at least once: a target that took a batch and could not say so gets it again.
// What has not been sent yet is in memory, so that a process that dies loses it; the ledger
// and the call log are what calls are accounted by.
package sink
