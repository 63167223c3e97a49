package command

import (
	"net"
	"os"

	"github.com/asbru-gateway/asbru/pkg/testcall"
)

// serveTestCalls makes the calls that controls ask for, until the node drains.
func (n *node) serveTestCalls() {
	if !n.awaitConfiguration() {
		return
	}
	if err := testcall.Serve(n.jobs.taking, n.conn, n.edge.RunTo, n.log); err != nil {
		n.log.Error("calls that controls ask for are not made", "error", err)
	}
}

// addressOf is where a node that listens takes calls, as others may reach it: under the name of
// its machine where it listens everywhere.
func addressOf(listens net.Addr, isTLS bool) string {
	host, port, err := net.SplitHostPort(listens.String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			return ""
		}
	}
	scheme := "http"
	if isTLS {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
