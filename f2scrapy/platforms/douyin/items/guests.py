"""The identity that the platform assigned to the browser."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from f2scrapy.model.fields import Count, Id, Moment, Text
from f2scrapy.model.item import Item


class Guest(Item):
    """The identity that the platform assigned to the browser; only `user_unique_id` is required."""

    platform: ClassVar = "douyin"
    kind: ClassVar = "guest"
    noun: ClassVar = "guest"

    user_unique_id: str = Field(validation_alias="id", min_length=1, coerce_numbers_to_str=True)
    # Guests have one of their own, of type 0 (answers of guest and account, 2024-01 to 2026-09): it
    # says nothing about a login.
    user_uid: Id = ""
    user_uid_type: Count = 0
    browser_name: Text = ""
    user_agent: Text = ""
    firebase_instance_id: Text = ""
    create_time: Moment = None
    last_time: Moment = None

    @property
    def id(self) -> str:
        return self.user_unique_id
