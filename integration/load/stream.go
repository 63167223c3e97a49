package load

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// Send writes a request, and leaves its answer to be read.
func (c *Client) Send(request []byte) error {
	if err := c.conn.SetDeadline(time.Now().Add(callLimit)); err != nil {
		return err
	}
	_, err := c.conn.Write(request)
	return err
}

// FirstEvent reads the head of an answer and the line of its first event.
func (c *Client) FirstEvent() error {
	status, _, err := readHead(c.r)
	if err != nil {
		return err
	}
	if status != 200 {
		return fmt.Errorf("status %d", status)
	}
	for {
		line, err := readLine(c.r)
		if err != nil {
			return err
		}
		if bytes.HasPrefix(line, []byte("data: ")) {
			return nil
		}
	}
}

// Rest reads on until the connection ends.
func (c *Client) Rest() error {
	_, err := io.Copy(io.Discard, c.r)
	return err
}
