//go:build integration

package servers

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"testing"

	engine "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// container is a server in a container. Its port is published as one that is chosen
// beforehand, so that it is the same when the container is started again.
type container struct {
	image    image
	host     string
	provider *testcontainers.DockerProvider

	created testcontainers.Container
	exited  chan struct{}
}

// contain prepares a container, which is removed with the test, and tells the host
// where its port will be.
func contain(t testing.TB, box image) (on machine, host string, err error) {
	t.Helper()
	// Every container is removed by its test. Ryuk, which would see to it, is one more
	// image to have, and one more connection for goleak to find.
	if _, told := os.LookupEnv("TESTCONTAINERS_RYUK_DISABLED"); !told {
		os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true") //nolint:usetesting // testcontainers reads it once, for all tests
	}
	provider, err := testcontainers.NewDockerProvider(testcontainers.Generic2DockerOptions(testcontainers.WithLogger(log.NewNoopLogger()))...)
	if err != nil {
		return nil, "", fmt.Errorf("no Docker engine: %w", err)
	}
	t.Cleanup(func() { provider.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if host, err = provider.DaemonHost(ctx); err != nil {
		return nil, "", fmt.Errorf("no Docker engine: %w", err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if _, err := provider.Client().ImageInspect(ctx, box.name()); err != nil {
		if err := provider.PullImage(ctx, box.name()); err != nil {
			return nil, "", fmt.Errorf("pull the image %s, which %s may name another way: %w", box.name(), box.variable, err)
		}
	}
	c := &container{image: box, host: host, provider: provider}
	t.Cleanup(c.remove)
	return c, host, nil
}

func (c *container) start(port int) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if c.created == nil {
		created, err := c.provider.CreateContainer(ctx, testcontainers.ContainerRequest{
			Image: c.image.name(), Env: c.image.env, Cmd: c.image.command,
			ExposedPorts:       []string{c.image.port},
			HostConfigModifier: func(h *engine.HostConfig) { c.publish(h, port) },
		})
		if err != nil {
			return fmt.Errorf("create a container: %w", err)
		}
		c.created = created
	}
	if err := c.created.Start(ctx); err != nil {
		c.remove() // the port may be another's
		return fmt.Errorf("start the container: %w", err)
	}
	exited, id := make(chan struct{}), c.created.GetContainerID()
	go func() {
		defer close(exited)
		docker := c.provider.Client()
		wait := docker.ContainerWait(context.Background(), id, client.ContainerWaitOptions{Condition: engine.WaitConditionNotRunning})
		select {
		case <-wait.Result:
		case <-wait.Error: //nolint:errcheck // however it ended, it has
		}
		// It is told that the container has ended before its port is free again; this
		// is answered afterwards.
		docker.ContainerInspect(context.Background(), id, client.ContainerInspectOptions{}) //nolint:errcheck // the answer does not matter
	}()
	c.exited = exited
	return nil
}

// publish publishes the container's port: on the loopback interface alone when that
// is where the tests reach it.
func (c *container) publish(h *engine.HostConfig, port int) {
	binding := network.PortBinding{HostPort: strconv.Itoa(port)}
	if ip := net.ParseIP(c.host); ip != nil && ip.IsLoopback() {
		binding.HostIP = netip.MustParseAddr(c.host)
	}
	h.PortBindings = network.PortMap{network.MustParsePort(c.image.port): {binding}}
}

func (c *container) ended() <-chan struct{} { return c.exited }

func (c *container) signal(how syscall.Signal) error {
	_, err := c.provider.Client().ContainerKill(context.Background(), c.created.GetContainerID(),
		client.ContainerKillOptions{Signal: strconv.Itoa(int(how))})
	return err
}

func (c *container) log() string {
	if c.created == nil {
		return ""
	}
	said, err := c.created.Logs(context.Background())
	if err != nil {
		return err.Error()
	}
	defer said.Close()
	text, err := io.ReadAll(said)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (c *container) remove() {
	if c.created == nil {
		return
	}
	c.created.Terminate(context.Background(), testcontainers.StopTimeout(0)) //nolint:errcheck // it is gone, or the engine is
	if c.exited != nil {
		<-c.exited
	}
	c.created = nil
}
