package anthropic

// blockEvents writes the events of a content block: https://docs.anthropic.com/en/docs/build-with-claude/streaming
type blockEvents struct{}

// AppendStart implements blocks.Wire.
func (blockEvents) AppendStart(dst []byte, index int, head []byte) []byte {
	dst = append(dst, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"...)
	dst = appendInt(dst, int64(index))
	dst = append(dst, `,"content_block":`...)
	dst = append(dst, head...)
	return append(dst, "}\n\n"...)
}

// AppendDelta implements blocks.Wire.
func (blockEvents) AppendDelta(dst []byte, index int, delta []byte) []byte {
	dst = append(dst, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"...)
	dst = appendInt(dst, int64(index))
	dst = append(dst, `,"delta":`...)
	dst = append(dst, delta...)
	return append(dst, "}\n\n"...)
}

// AppendStop implements blocks.Wire.
func (blockEvents) AppendStop(dst []byte, index int) []byte {
	dst = append(dst, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"...)
	dst = appendInt(dst, int64(index))
	return append(dst, "}\n\n"...)
}
