// Package job keeps calls that are made later: durable jobs.
//
// A job is a request that an edge has taken ([Queue.Submit]) and that any node with
// a [Runner] runs. What is known of it is one [Job] in the cluster's bucket
// bus.JobStates, changed by compare-and-set only; that it waits is a message in the
// stream bus.Jobs, which is acknowledged when the job's end has been written. So a
// job outlives every process: a runner that dies leaves the message, and another one
// begins the job anew. A job is run at least once.
//
// What the request and the answer hold lies sealed, in the job itself while it is
// short, else in the object store bus.Results. What they mean is not known here.
package job
