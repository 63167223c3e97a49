package sse

// parse reads the fields of one event. Data of a single line stays where it is;
// that of several is joined in s's own buffer.
func (s *Splitter) parse(ev *Event, raw []byte) {
	*ev = Event{Raw: raw, Comment: true}
	parts := 0
	for l := (lines{b: raw}); l.at < len(raw); {
		name, value := cutField(l.next())
		switch string(name) {
		case "data":
			s.addData(ev, value, parts)
			parts++
		case "event":
			ev.Name = value
		default:
			continue
		}
		ev.Comment = false
	}
}

// addData adds a line to the data of ev, which has the given number of them.
func (s *Splitter) addData(ev *Event, line []byte, parts int) {
	switch parts {
	case 0:
		ev.Data = line
		return
	case 1:
		s.joined = append(s.joined[:0], ev.Data...)
	}
	s.joined = append(s.joined, '\n')
	s.joined = append(s.joined, line...)
	ev.Data = s.joined
}

// cutField returns the name and the value of a line. Without a colon all of the
// line is the name; a comment has none. One space behind the colon is not part
// of the value, which is empty rather than nil.
func cutField(line []byte) (name, value []byte) {
	colon := indexByte(line, ':')
	name, value = line[:colon], line[colon:]
	if len(value) > 0 {
		value = value[1:]
	}
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	return name, value
}
