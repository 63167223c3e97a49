// Package report tells what was spent, and by whom.
//
// A [Query] says of which time, of which calls, and what they are told apart by; [Make]
// adds them up from the ledger's sums, to the nano-dollar, into a [Report]. That is shown by
// the admin API, or written as a table.
//
// A [Sender] in each control sends reports by the schedules of the configuration, each of the
// time since the one before. Which were sent is in the SQL store, with the one that comes
// next, so that neither a second control nor a restart sends one twice, and one whose hour
// has passed while no control ran is sent late.
package report
