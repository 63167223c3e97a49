// Package nodes runs a whole cluster of the built program on this machine for a
// test: NATS servers, control, edges and workers as processes of their own, a real
// Redis, and the program's mock as the provider. What it starts ends with the test.
//
//	c := nodes.StartCluster(t, 1, 3)      // one NATS server, three edges
//	_, key := c.NewKey("")                // a virtual key that every edge knows
//	c.Edges[0].Kill()                     // as a crash does
//	answer, err := nodes.Chat(c.Edges[1], key)
//
// A process keeps its address when it is run again, so that others find it there.
package nodes
