// Package batch runs batches for callers: many requests in a file, whose answers are
// in a file in the end, as OpenAI's batch API has it. It does so itself, as calls of
// the gateway's own engine, so that each line may go to another provider.
//
// What is known of a batch is one [Batch] in the bucket bus.Batches, changed by
// compare-and-set only. That it is to be run is a job (pkg/job), which any node runs
// with a [Runner]: it checks the lines of the input file, makes their calls, some at a
// time, and every few seconds lays the new result lines down as parts of the output
// files (pkg/files) and then notes in the batch which lines and which parts that were.
// A runner that dies leaves the batch as it was last noted, and the next one goes on
// from there. Each runner has a number, which it takes by changing the batch: what one
// writes that was taken for dead comes to nothing, and no parts are written over.
//
// So each line is once in the output files, whenever runners die; the calls of the
// lines since the last note are made again.
package batch
