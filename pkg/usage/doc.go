// Package usage is the way of a finished call's record to the ledger, on which
// money is counted: nothing is lost silently, and nothing counts twice.
//
//	Recorder  an edge's end: gathers records, encodes batches, publishes them;
//	          keeps them in its Spool on disk while the publisher fails
//	Publisher takes a batch: the cluster's event stream, or [Local]
//	Writer    the ledger's end: takes batches from a Source, puts them into the
//	          ledger, and acknowledges them when they are committed
//
// Batches come at least once, in any order: a publisher that failed may have
// taken the batch, a spool is replayed from the beginning of a file, a stream
// delivers again. So what makes the ledger exact is that putting an [Entry] again
// changes nothing; its CallID says which call it is of.
//
// A batch can be read by neighbouring versions of the program; see encode.go. How
// the ledger is kept is not known here, but in pkg/store.
package usage
