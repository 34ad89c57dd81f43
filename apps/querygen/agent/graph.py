"""The agent: retrieve → draft → check → dry run → repair (at most three times), as a LangGraph graph under a hard budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypedDict

from analytics_platform.llm.model import Messages
from apps.querygen.agent import prompts
from apps.querygen.agent.ports import Budget, Checked, Example, Fault, Ports
from apps.querygen.agent.replies import Reply, read_reply
from apps.querygen.agent.retrieve import further_tables, question_stems, relevant_tables
from apps.querygen.catalog import Catalog, Table
from apps.querygen.contract import AgentStep, Ambiguous, CannotAnswer, ModelAnswerInvalid
from apps.querygen.offline.linker import Value, value_terms
from apps.querygen.words import name_words, tokens


@dataclass(frozen=True)
class AgentQuestion:
    """What is asked of the agent. `is_restricted`: policies keep a part of the source from whoever asks."""

    question: str
    catalog: Catalog
    today: str
    private: bool = False
    earlier: list[Example] = field(default_factory=list)
    is_restricted: bool = False


@dataclass(frozen=True)
class AgentOutcome:
    """Checked SQL and how it came about."""

    sql: str
    explanation: str
    confidence: float
    tables: list[str]
    columns: list[str]
    assumptions: list[str]
    warnings: list[str]
    attempts: int
    model: str
    tokens_in: int
    tokens_out: int


class _State(TypedDict, total=False):
    shown: list[Table]
    values: list[Value]
    messages: Messages
    raw: str
    reply: Reply
    checked: Checked
    faults: list[Fault]
    repairs: int
    searches: int
    model: str
    tokens_in: int
    tokens_out: int
    summary: str


def run_agent(asked: AgentQuestion, ports: Ports, budget: Budget) -> Iterator[AgentStep | AgentOutcome]:
    """Each step as it is done, then the outcome.

    Raises CannotAnswer, Ambiguous, ModelUnavailable, and ModelAnswerInvalid when the last repair fails or the time is up.
    """
    nodes = _Nodes(asked, ports, budget)
    state: dict[str, Any] = {"repairs": 0, "searches": 0, "tokens_in": 0, "tokens_out": 0}
    started = time.monotonic()
    for update in _compiled(nodes).stream(dict(state), {"recursion_limit": 25}):
        for node, change in update.items():
            state.update(change or {})
            now = time.monotonic()
            yield AgentStep(node=node, summary=str(state.get("summary", "")), duration_ms=round((now - started) * 1000))
            started = now
    yield nodes.outcome(state)


def _compiled(nodes: _Nodes) -> Any:
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(_State)
    for name in ("retrieve", "draft", "search", "check", "dry_run", "repair"):
        graph.add_node(name, getattr(nodes, name))
    graph.add_edge(START, "retrieve")
    graph.add_edge("retrieve", "draft")
    graph.add_conditional_edges("draft", nodes.after_draft, ["search", "check", "repair"])
    graph.add_edge("search", "draft")
    graph.add_conditional_edges("check", lambda state: "repair" if state["faults"] else "dry_run", ["repair", "dry_run"])
    graph.add_conditional_edges("dry_run", lambda state: "repair" if state["faults"] else END, ["repair", END])
    graph.add_edge("repair", "draft")
    return graph.compile()


class _Nodes:
    """The steps. Each takes the state and gives what changes in it, with a summary for people."""

    def __init__(self, asked: AgentQuestion, ports: Ports, budget: Budget) -> None:
        self.asked = asked
        self.ports = ports
        self.budget = budget
        self.deadline = time.monotonic() + budget.total_s
        self.clock: Callable[[], float] = time.monotonic

    def retrieve(self, state: _State) -> _State:
        asked = self.asked
        values = [] if asked.private else self.ports.find_values(value_terms(asked.question))
        examples = [] if asked.private else self.ports.examples(asked.question)
        room = self.budget.prompt_chars - 4_000
        shown = relevant_tables(asked.question, asked.catalog, values, private=asked.private, max_chars=room)
        messages = prompts.first_messages(
            question=asked.question,
            catalog=asked.catalog,
            shown=shown,
            values=values,
            examples=_fitting(examples, 2_000),
            earlier=_fitting(asked.earlier, 1_500),
            private=asked.private,
            today=asked.today,
        )
        told = f"{len(shown)} of {len(asked.catalog.tables)} tables, {len(values)} values, {len(examples)} examples"
        return {"shown": shown, "values": values, "messages": messages, "summary": told}

    def draft(self, state: _State) -> _State:
        left = self.deadline - self.clock()
        if left <= 1:
            raise ModelAnswerInvalid(f"No usable SQL within {self.budget.total_s:.0f} s.")
        answer = self.ports.complete(state["messages"], min(left, self.budget.call_s))
        reply = read_reply(answer.text)
        if reply.cannot_answer and not reply.sql:
            raise CannotAnswer(reply.cannot_answer, closest=[table.key for table in state["shown"]][:10])
        if reply.ambiguous and reply.options and not reply.sql:
            options = [{"label": option, "value": option} for option in reply.options]
            raise Ambiguous(reply.ambiguous, clarifications=[{"question": reply.ambiguous, "options": options}])
        summary = "wrote SQL" if reply.sql else f"asked for more tables: {', '.join(reply.search)}" if reply.search else "gave no SQL"
        return {
            "raw": answer.text,
            "reply": reply,
            "model": answer.model,
            "tokens_in": state["tokens_in"] + answer.tokens_in,
            "tokens_out": state["tokens_out"] + answer.tokens_out,
            "faults": [] if reply.sql else [Fault("no_sql", "The reply held no SQL in the form asked for.", is_ours=True)],
            "summary": summary,
        }

    def after_draft(self, state: _State) -> str:
        if state["reply"].sql:
            return "check"
        return "search" if state["reply"].search and state["searches"] < self.budget.max_searches else "repair"

    def search(self, state: _State) -> _State:
        private = self.asked.private
        words = state["reply"].search
        found = further_tables(words, self.asked.catalog, state["shown"], private=private, max_chars=3_000)
        return {
            "shown": [*state["shown"], *found],
            "messages": [*state["messages"], *prompts.more_tables(words, found, private=private)],
            "searches": state["searches"] + 1,
            "summary": f"found {', '.join(table.key for table in found) or 'nothing more'}",
        }

    def check(self, state: _State) -> _State:
        checked = self.ports.check(state["reply"].sql)
        codes = ", ".join(fault.code for fault in checked.faults)
        return {"checked": checked, "faults": checked.faults, "summary": f"refused: {codes}" if codes else "the statement is sound"}

    def dry_run(self, state: _State) -> _State:
        fault = self.ports.dry_run(state["checked"].sql)
        return {
            "faults": [fault] if fault else [],
            "summary": f"the source refused it: {fault.code}" if fault else "the source can plan it",
        }

    def repair(self, state: _State) -> _State:
        if state["repairs"] >= self.budget.max_repairs:
            codes = ", ".join(fault.code for fault in state["faults"])
            raise ModelAnswerInvalid(f"After {state['repairs']} repairs the SQL is still refused: {codes}.")
        # Only the newest draft stays in the prompt, so that it does not grow.
        opening = state["messages"][: 2 + 2 * state["searches"]]
        told = prompts.repair_messages(state["raw"], state["faults"], is_guarded=self.asked.private or self.asked.is_restricted)
        return {"messages": [*opening, *told], "repairs": state["repairs"] + 1, "summary": f"repair {state['repairs'] + 1}"}

    def outcome(self, state: dict[str, Any]) -> AgentOutcome:
        checked: Checked = state["checked"]
        reply: Reply = state["reply"]
        subset = len(state["shown"]) < len(self.asked.catalog.tables)
        note = [f"The model saw {len(state['shown'])} of {len(self.asked.catalog.tables)} tables."] if subset else []
        return AgentOutcome(
            sql=checked.sql,
            explanation=reply.explanation or "Written by the model.",
            confidence=self.confidence(state),
            tables=checked.tables,
            columns=checked.columns,
            assumptions=reply.assumptions,
            warnings=[*checked.warnings, *note],
            attempts=state["repairs"] + 1,
            model=state["model"],
            tokens_in=state["tokens_in"],
            tokens_out=state["tokens_out"],
        )

    def confidence(self, state: dict[str, Any]) -> float:
        """Computed, never the model's own word: repairs needed, warnings, and how much of the question the SQL takes up."""
        checked: Checked = state["checked"]
        wanted = question_stems(self.asked.question)
        said = {word for name in (*checked.tables, *checked.columns) for word in name_words(name)}
        said |= {token.stem for token in tokens(checked.sql)}
        told = {token.stem for token in tokens(self.asked.question) if token.stem in wanted}
        known = {word for table in self.asked.catalog.tables for word in table.words}
        known |= {word for table in self.asked.catalog.tables for column in table.columns for word in column.words}
        named = told & known
        coverage = len(named & said) / len(named) if named else 0.5
        used = len(told & said) / len(told) if told else 0.5
        return float(round(0.95 * 0.85 ** state["repairs"] * 0.92 ** len(checked.warnings) * (0.35 + 0.45 * coverage + 0.2 * used), 3))


def _fitting(examples: list[Example], max_chars: int) -> list[Example]:
    kept: list[Example] = []
    for example in examples:
        max_chars -= len(example.question) + len(example.sql)
        if max_chars < 0:
            break
        kept.append(example)
    return kept
