"""Define the events on stage: guests, battles of hosts, teams, and the score of a match."""

from typing import ClassVar

from msgspec import field

from f2scrapy.danmaku.messages.event import Event


class Link(Event, frozen=True, kw_only=True):
    """Guests, or the hosts of two rooms, connect; ``message_type`` is the step."""

    kind: ClassVar[str] = "link"
    message_type: int = 0
    linker_id: int = 0
    scene: int = 0


class LinkMic(Event, frozen=True, kw_only=True):
    """A step of a link between hosts, or of their battle, with scores by user id."""

    kind: ClassVar[str] = "link_mic"
    message_type: int = 0
    channel_id: int = 0
    user_id: int = 0
    fan_ticket: int = 0
    total_linkmic_fan_ticket: int = 0
    scores: dict[str, int] = field(default_factory=dict)


class Armies(Event, frozen=True, kw_only=True):
    """The scores of the hosts of a battle, by user id, and their givers, by name.

    Douyin sends the givers only.
    """

    kind: ClassVar[str] = "armies"
    battle_id: int = 0
    scores: dict[str, int] = field(default_factory=dict)
    givers: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return f"{self.kind} {' : '.join(str(score) for score in self.scores.values())}".rstrip()


class Battle(Event, frozen=True, kw_only=True):
    """A battle of hosts begins, continues or ends; scores by user id."""

    kind: ClassVar[str] = "battle"
    battle_id: int = 0
    action: int = 0
    duration: int = 0  # s
    scores: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return f"{self.kind} {' : '.join(str(score) for score in self.scores.values())}".rstrip()


class TeamTask(Event, frozen=True, kw_only=True):
    """A task for a team in a battle; ``content`` is its original JSON."""

    kind: ClassVar[str] = "team_task"
    battle_type: int = 0
    content: str = ""


class Contribute(Event, frozen=True, kw_only=True):
    """The value of the gifts of a guest on stage."""

    kind: ClassVar[str] = "linker_contribute"
    user_id: int = 0
    total_score: int = 0
    total_score_str: str = ""

    @property
    def text(self) -> str:
        return f"user {self.user_id}: {self.total_score_str or self.total_score}"


class InteractionScore(Event, frozen=True, kw_only=True):
    """The state of a game that counts gifts."""

    kind: ClassVar[str] = "interaction_score"
    interaction_score_status: int = 0
    channel_id: int = 0


class MatchScore(Event, frozen=True, kw_only=True):
    """The score of the match the room shows."""

    kind: ClassVar[str] = "match_score"
    left_name: str = ""
    left_goal: str = ""
    right_name: str = ""
    right_goal: str = ""
    match_status: int = 0

    @property
    def text(self) -> str:
        return f"{self.left_name} {self.left_goal} : {self.right_goal} {self.right_name}"
