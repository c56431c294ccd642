"""What each file of the corpus of every format (tests/formats_corpus.py) has that no other has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from index.records import Metadata


@dataclass(frozen=True, slots=True)
class Story:
    """What one format has that no other has: a sentence, where it stands, what is said about it.

    ``place`` is what a citation shows. ``word`` stands once in the file; ``other`` has one letter
    that is another.
    """

    place: str
    sentence: str
    word: str
    other: str
    metadata: Metadata = field(default_factory=Metadata)

    @property
    def document(self) -> str:
        """The file, and what is inside it."""
        return self.place.partition("#")[0].partition(":")[0]

    @property
    def path(self) -> str:
        """The file."""
        return self.document.partition("!")[0]


def _at(*moment: int, hours: int = 0) -> datetime:
    year, month, day, *time = moment
    zone = timezone(timedelta(hours=hours)) if hours else UTC
    hour, minute = time or (0, 0)
    return datetime(year, month, day, hour, minute, tzinfo=zone)


STORIES = (
    Story(
        "ferry.txt:3",
        "The night ferry to Hollin Skerry will carry sheep free of charge until the bridge is"
        " mended, its captain said.",
        "sheep",
        "sleep",
    ),
    Story(
        "lighthouse.md:13",
        "Eleven people applied to live in the lighthouse, and a beekeeper from Upper Quill was"
        " chosen by drawing a pebble from a hat.",
        "pebble",
        "bebble",
        Metadata(
            title="A keeper for Brannock Light",
            outlet="The Skerry Post",
            published=_at(2025, 3, 4),
            url="https://skerrypost.example/brannock-light",
            author="Tilda Roe",
            date_only=True,
        ),
    ),
    Story(
        "mill.jsonl:3",
        "Until the river rises, flour from Ashby Mill will come down by barge and be weighed"
        " twice, the miller said.",
        "twice",
        "trice",
        Metadata(
            title="Flour by barge",
            outlet="Valley Courier",
            published=_at(2025, 5, 7, 8, 30, hours=2),
            url="https://valleycourier.example/barge",
            source_id="mill-2",
        ),
    ),
    Story(
        "bees.ndjson:1",
        "A swarm of bees settled in the ballot box of Tarn Cross, and the vote for mayor was put"
        " off by nine days.",
        "nine",
        "five",
        Metadata(
            title="Swarm in the town hall",
            outlet="Tarn Cross Gazette",
            published=_at(2025, 6, 11, 14, 5),
            url="https://tarncross.example/bees",
            author="Ivo Penn, Mara Lisle",
        ),
    ),
    Story(  # an array
        "statues.json:9-16",
        "The bronze admiral of Wexmoor was turned to face the sea after schoolchildren complained"
        " that he stared into their classroom.",
        "stared",
        "starved",
        Metadata(
            title="Admiral turned round",
            outlet="Wexmoor Mirror",
            published=_at(2025, 7, 2, 9, 0, hours=-4),
            url="https://wexmoor.example/admiral",
            source_id="2",
        ),
    ),
    Story(  # an object that holds articles
        "snow.json:5-12",
        "High Fell sold both its snow ploughs in autumn and now clears its roads with forty"
        " borrowed reindeer.",
        "forty",
        "fourty",
        Metadata(
            title="Ploughs sold",
            outlet="High Fell Radio",
            published=_at(2025, 1, 20, 6, 0),
            url="https://highfell.example/ploughs",
            author="Per Lund",
        ),
    ),
    Story(  # a JSON Feed
        "library.feed.json:6-12",
        "An atlas lent by the library of Pell in 1931 came back by post, with a fine of two"
        " farthings glued inside.",
        "1931",
        "1937",
        Metadata(
            title="Overdue",
            outlet="Reading Room News",
            published=_at(2025, 2, 14, 10, 0, hours=1),
            url="https://readingroom.example/17",
            source_id="https://readingroom.example/17",
        ),
    ),
    Story(  # ninjs
        "tram.json:1-12",
        "The new tram line in Lower Teck ends in a private garden because two maps were drawn to"
        " different scales.",
        "private",
        "primate",
        Metadata(
            title="Tram line ends in a garden",
            outlet="Lakewire",
            published=_at(2025, 9, 8, 16, 45),
            author="Sanna Voll",
            language="en",
            source_id="urn:newsml:lakewire.example:20250908:tram",
        ),
    ),
    Story(
        "prices.csv:3-4",
        'From October eggs in Marl are sold by weight, "like gold", and weighed on the'
        " apothecary's scales.",
        "gold",
        "cold",
        Metadata(
            title="Eggs by weight",
            outlet="Marl Market Sheet",
            published=_at(2025, 10, 7, 7, 0),
            url="https://marl.example/eggs",
            source_id="p-2",
        ),
    ),
    Story(
        "clock.tsv:2",
        "The church clock of Nether Esk struck thirteen for a week before the verger found a"
        " jackdaw in the works.",
        "thirteen",
        "thirteem",
        Metadata(
            title="Clock struck",
            outlet="Esk Chronicle",
            published=_at(2025, 11, 3),
            url="https://esk.example/clock",
            date_only=True,
        ),
    ),
    Story(
        "canal.html",
        "Dorn drained its oldest canal on Monday to find a wedding ring that a bride had dropped"
        " from a gondola.",
        "gondola",
        "pondola",
        Metadata(
            title="Canal drained for a ring",
            outlet="Dorn Daily",
            published=_at(2025, 8, 19, 12, 0, hours=2),
            url="https://dorndaily.example/canal-ring",
            language="en",
        ),
    ),
    Story(
        "choir.rss#2",
        "The choir of Elm will rehearse in the old salt mine, where the echo lasts for seven"
        " seconds.",
        "salt",
        "malt",
        Metadata(
            title="Choir sings below ground",
            outlet="Elm Parish Bulletin",
            published=_at(2025, 3, 12, 18, 0, hours=1),
            url="https://elmparish.example/choir",
            source_id="elm-2",
        ),
    ),
    Story(
        "comet.atom#1",
        "An amateur on Observatory Hill named the comet Bramble after the dog that knocked over"
        " her telescope.",
        "Bramble",
        "Gramble",
        Metadata(
            title="Comet named for a dog",
            outlet="Observatory Hill Notices",
            published=_at(2025, 4, 1, 22, 15),
            url="https://observatoryhill.example/comet",
            language="en",
            source_id="https://observatoryhill.example/comet",
        ),
    ),
    Story(  # RSS in .xml
        "harvest.xml#1",
        "The heaviest pumpkin of Thorn Vale could not leave its barn, so the judges moved the"
        " whole contest there.",
        "judges",
        "fudges",
        Metadata(
            title="Pumpkin too wide",
            outlet="Thorn Vale Farmer",
            published=_at(2025, 9, 27, 11, 30),
            url="https://thornvale.example/pumpkin",
        ),
    ),
    Story(  # NewsML-G2 in .xml
        "treaty.xml#1",
        "The islands of Far and Near Hamna signed their fishing treaty in pencil, because the ink"
        " had frozen.",
        "frozen",
        "frazen",
        Metadata(
            title="Treaty signed in pencil",
            outlet="Northwire",
            published=_at(2025, 5, 22, 13, 0),
            author="Odd Halvor",
            language="en",
            source_id="urn:newsml:northwire.example:20250522:treaty",
        ),
    ),
    Story(
        "crawl.warc.gz#3",
        "A wheel of cheese that rolled through the window of the Sallow courthouse was entered as"
        " evidence and then eaten by a juror.",
        "juror",
        "furor",
        Metadata(
            title="Cheese rolls into court",
            outlet="Sallow Examiner",
            published=_at(2025, 10, 30, 15, 0),
            url="https://sallow.example/cheese",
            language="en",
        ),
    ),
    Story(
        "orchard.jsonl.gz:2",
        "Growers in Lune guard their pears with geese after a scarecrow was stolen three nights"
        " running.",
        "scarecrow",
        "scarecrew",
        Metadata(
            title="Pears guarded by geese",
            outlet="Lune Leaf",
            published=_at(2025, 8, 2),
            url="https://luneleaf.example/geese",
            date_only=True,
        ),
    ),
    Story(
        "rain.csv.zst:3",
        "The town of Kessel lends umbrellas from its fire station, and asks for a song as deposit.",
        "song",
        "gong",
        Metadata(
            title="Umbrellas lent",
            outlet="Kessel Record",
            published=_at(2025, 9, 14),
            date_only=True,
        ),
    ),
    Story(
        "night.zip!notes.txt:2",
        "The night watch of Bellmouth caught a badger that had learned to ring the doorbell of"
        " the pharmacy.",
        "badger",
        "budger",
    ),
    Story(
        "night.zip!museum.html",
        "The museum of Bellmouth opened a room of empty frames, and visitors queued for two hours"
        " to see what was missing.",
        "frames",
        "flames",
        Metadata(
            title="Museum shows nothing",
            outlet="Bellmouth Evening",
            published=_at(2025, 12, 1, 19, 30),
            url="https://bellmouth.example/museum",
            language="en",
        ),
    ),
    Story(
        "night.zip!chess.xml#1",
        "Two chess clubs of Bellmouth finished their match by lantern after a moth had blown the"
        " fuse.",
        "moth",
        "both",
        Metadata(
            title="Chess by lantern",
            outlet="Bellmouth Evening",
            published=_at(2025, 12, 2, 23, 10),
            url="https://bellmouth.example/chess",
        ),
    ),
    Story(
        "night.zip!inner.zip!submarine.jsonl:1",
        "A decommissioned submarine in Bellmouth will open as a hotel whose guests must whisper"
        " after nine.",
        "whisper",
        "whimper",
        Metadata(
            title="Submarine as hotel",
            outlet="Bellmouth Evening",
            published=_at(2025, 12, 3),
            url="https://bellmouth.example/submarine",
            date_only=True,
        ),
    ),
)
