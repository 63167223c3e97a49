package bus

import (
	"github.com/nats-io/nats-server/v2/server"
	"github.com/prometheus/client_golang/prometheus"
)

// collector reads the server's state when its metrics are asked for.
type collector struct {
	server  *server.Server
	refused *refusals
}

// Collector returns the server's metrics.
func (s *Server) Collector() prometheus.Collector { return collector{s.server, s.refused} }

var (
	connectionsDesc = prometheus.NewDesc("asbru_nats_connections", "Connections of nodes to this server.", nil, nil)
	routesDesc      = prometheus.NewDesc("asbru_nats_routes", "Connections to the other servers of the cluster.", nil, nil)
	slowDesc        = prometheus.NewDesc("asbru_nats_slow_consumers_total", "Connections cut because they did not read what was sent to them.", nil, nil)
	refusedDesc     = prometheus.NewDesc("asbru_nats_refused_total", "What this server refused: connection (of who did not prove to be a node of the cluster), subject (that a node's role may not publish or subscribe to).", []string{"what"}, nil)
	messagesDesc    = prometheus.NewDesc("asbru_nats_messages_total", "Messages through this server, by direction: in, out.", []string{"direction"}, nil)
	bytesDesc       = prometheus.NewDesc("asbru_nats_bytes_total", "Bytes of messages through this server, by direction: in, out.", []string{"direction"}, nil)
	storeDesc       = prometheus.NewDesc("asbru_nats_store_bytes", "What streams take here, by kind: memory, file.", []string{"kind"}, nil)
	streamDesc      = prometheus.NewDesc("asbru_nats_stream_messages", "Messages of each stream that this server leads.", []string{"stream"}, nil)
	undeliveredDesc = prometheus.NewDesc("asbru_nats_undelivered", "Messages that a consumer has still to deliver.", []string{"stream", "consumer"}, nil)
	unackedDesc     = prometheus.NewDesc("asbru_nats_unacknowledged", "Messages that a consumer has delivered and nobody has acknowledged.", []string{"stream", "consumer"}, nil)
)

// Describe implements prometheus.Collector.
func (collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		connectionsDesc, routesDesc, slowDesc, refusedDesc, messagesDesc, bytesDesc, storeDesc, streamDesc, undeliveredDesc, unackedDesc,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), labels...)
	}
	count(refusedDesc, c.refused.connections.Load(), "connection")
	count(refusedDesc, c.refused.subjects.Load(), "subject")
	if v, err := c.server.Varz(nil); err == nil {
		gauge(connectionsDesc, float64(v.Connections))
		gauge(routesDesc, float64(v.Routes))
		count(slowDesc, v.SlowConsumers)
		count(messagesDesc, v.InMsgs, "in")
		count(messagesDesc, v.OutMsgs, "out")
		count(bytesDesc, v.InBytes, "in")
		count(bytesDesc, v.OutBytes, "out")
	}
	js, err := c.server.Jsz(&server.JSzOptions{Accounts: true, Streams: true, Consumer: true, Config: true, StreamLeaderOnly: true})
	if err != nil { // it is shutting down
		return
	}
	gauge(storeDesc, float64(js.Memory), "memory")
	gauge(storeDesc, float64(js.Store), "file")
	for _, account := range js.AccountDetails {
		for _, s := range account.Streams {
			gauge(streamDesc, float64(s.State.Msgs), s.Name)
			for _, consumer := range s.Consumer {
				if consumer.Config == nil || consumer.Config.Durable == "" {
					continue // of somebody who looks at a stream for a while
				}
				gauge(undeliveredDesc, float64(consumer.NumPending), s.Name, consumer.Name)
				gauge(unackedDesc, float64(consumer.NumAckPending), s.Name, consumer.Name)
			}
		}
	}
}
