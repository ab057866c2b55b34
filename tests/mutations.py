"""For requirements that can be broken in a line: how, and which of their tests turns red."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """Replace `old`, which stands once in the file `path`, by `new`; `test` must fail."""

    path: str
    old: str
    new: str
    test: str

    def break_(self, source):
        """The text of the module without the behaviour."""
        assert source.count(self.old) == 1, f"{self.path} has no such text, or several times"
        return source.replace(self.old, self.new)


_EVERY = "tests/transport/test_requirements_every.py"
_MODERN = "tests/transport/test_requirements_modern.py"
_LEGACY = "tests/transport/test_requirements_legacy.py"

MUTATIONS = {
    "2026-07-28.caching.hints": Mutation(
        "transport/result.py",
        '        completed["ttlMs"] = service.ttl_ms',
        '        completed["ttlMs"] = -1',
        f"{_MODERN}::test_hints_for_caches_are_on_what_may_be_cached_and_on_nothing_else",
    ),
    "2026-07-28.caching.not-elsewhere": Mutation(
        "transport/result.py",
        'if is_cacheable and result.get("resultType", "complete") == "complete":',
        "if True:",
        f"{_MODERN}::test_hints_for_caches_are_on_what_may_be_cached_and_on_nothing_else",
    ),
    "2026-07-28.caching.not-negative": Mutation(
        "tools/declaration.py",
        "    if type(ttl_ms) is not int or ttl_ms < 0:",
        "    if type(ttl_ms) is not int:",
        "tests/tools/test_declaration.py::test_hints_for_caches_that_are_none_are_refused",
    ),
    "2026-07-28.caching.same-scope": Mutation(
        "transport/result.py",
        '        completed["cacheScope"] = service.cache_scope',
        ('        completed["cacheScope"] = "private" if "nextCursor" in result else "public"'),
        f"{_MODERN}::test_all_pages_of_a_list_are_for_the_same_caches",
    ),
    "2026-07-28.cancel.not-sent": Mutation(
        "transport/rounds.py",
        '        raise Suspended({**state, "inputRequests": requests})',
        (
            '        params = {"requestId": exchange.call_id}\n'
            '        exchange.answer.notify("notifications/cancelled", params)\n'
            '        raise Suspended({**state, "inputRequests": requests})'
        ),
        f"{_MODERN}::test_no_call_ends_by_a_cancellation_from_the_server",
    ),
    "2026-07-28.cancel.notification-ignored": Mutation(
        "transport/admission.py",
        ("        if not isinstance(message, Call):\n            return Acknowledged()"),
        (
            "        if not isinstance(message, Call):\n"
            '            return reject(INVALID_REQUEST, "no")'
        ),
        f"{_MODERN}::test_a_posted_cancellation_is_taken_and_stops_nothing",
    ),
    "2026-07-28.capability.missing": Mutation(
        "transport/rounds.py",
        '{"requiredCapabilities": required})',
        '{"requiredCapabilities": {}})',
        f"{_MODERN}::test_a_missing_capability_is_400_and_named",
    ),
    "2026-07-28.capability.not-assumed": Mutation(
        "transport/rounds.py",
        "            if lacks(exchange.capabilities, each.needs):",
        "            if False:",
        "tests/transport/test_rounds.py::test_all_the_capabilities_that_are_missing_are_named",
    ),
    "2026-07-28.discover": Mutation(
        "transport/method.py",
        '        ("offer", "discover"), MODERN, is_cacheable=True, is_prepared=True\n',
        '        ("offer", "ping"), MODERN, is_cacheable=True, is_prepared=True\n',
        "tests/transport/test_offer.py::test_discovery_tells_everything_at_once",
    ),
    "2026-07-28.discover.capabilities": Mutation(
        "transport/method.py",
        ("            if name not in found:\n                return False"),
        ("            if name not in found:\n                return True"),
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "2026-07-28.discover.instructions": Mutation(
        "transport/offer.py",
        "    if service.instructions:",
        "    if True:",
        "tests/transport/test_offer.py::test_discovery_of_a_server_of_nothing_is_short",
    ),
    "2026-07-28.discover.versions": Mutation(
        "transport/offer.py",
        'result = {"supportedVersions": list(REVISIONS), "capabilities": capabilities}',
        ('result = {"supportedVersions": list(REVISIONS)[:1], "capabilities": capabilities}'),
        f"{_MODERN}::test_an_unserved_version_is_told_all_that_are_served",
    ),
    "2026-07-28.error.reserved-range": Mutation(
        "transport/fault.py",
        "INVALID_REQUEST = -32600",
        "INVALID_REQUEST = -32010",
        f"{_EVERY}::test_no_code_of_the_reserved_range_reaches_a_modern_client",
    ),
    "2026-07-28.error.undefined-codes": Mutation(
        "transport/revision.py",
        "self.not_found_code = RESOURCE_NOT_FOUND if is_legacy else INVALID_PARAMS",
        "self.not_found_code = RESOURCE_NOT_FOUND",
        f"{_MODERN}::test_a_missing_resource_is_invalid_params",
    ),
    "2026-07-28.extensions": Mutation(
        "transport/offer.py",
        "    if service.has_completions:",
        ('    capabilities["extensions"] = {}\n    if service.has_completions:'),
        f"{_MODERN}::test_an_extension_of_the_client_alone_is_passed_over",
    ),
    "2026-07-28.extensions.tasks.gone": Mutation(
        "transport/method.py",
        '    "ping": Method(("offer", "ping"), LEGACY),\n',
        (
            '    "ping": Method(("offer", "ping"), LEGACY),\n'
            '    "tasks/list": Method(("offer", "ping"), MODERN),\n'
        ),
        f"{_MODERN}::test_nothing_of_tasks_is_served",
    ),
    "2026-07-28.header.base64": Mutation(
        "transport/modern.py",
        "            name is None or header.decode_value(name) != told",
        "            name is None or name != told",
        "tests/transport/test_modern.py::test_a_name_is_compared_after_decoding",
    ),
    "2026-07-28.header.base64-malformed": Mutation(
        "transport/header.py",
        ("return octets.decode() if b2a_base64(octets, newline=False) == wrapped else None"),
        "return octets.decode()",
        "tests/transport/test_header.py::test_only_the_canonical_base64_is_taken",
    ),
    "2026-07-28.header.invalid-characters": Mutation(
        "transport/header.py",
        "    if not (value.isascii() and value.isprintable()):",
        "    if False:",
        "tests/transport/test_header.py::test_a_mirrored_value_is_literal_wrapped_or_refused",
    ),
    "2026-07-28.header.method-equals-body": Mutation(
        "transport/modern.py",
        "    if method != call.method:",
        '    if (method or "").lower() != call.method.lower():',
        "tests/transport/test_modern.py::test_headers_that_tell_something_else_than_the_body_are_a_mismatch",
    ),
    "2026-07-28.header.method-required": Mutation(
        "transport/modern.py",
        "    if method != call.method:",
        "    if method not in (None, call.method):",
        f"{_MODERN}::test_what_a_header_repeats_has_to_be_there_and_the_same",
    ),
    "2026-07-28.header.name-equals-body": Mutation(
        "transport/modern.py",
        "            name is None or header.decode_value(name) != told",
        "            name is None",
        "tests/transport/test_modern.py::test_a_name_that_differs_is_a_mismatch",
    ),
    "2026-07-28.header.name-required": Mutation(
        "transport/modern.py",
        "            name is None or header.decode_value(name) != told",
        "            name is not None and header.decode_value(name) != told",
        f"{_MODERN}::test_what_a_header_repeats_has_to_be_there_and_the_same",
    ),
    "2026-07-28.header.names-any-case": Mutation(
        "handler/front_door.py",
        "{name.lower(): value for",
        "{name: value for",
        "tests/handler/test_front_door.py::test_header_names_are_lowercase_and_repeats_stay_one_value",
    ),
    "2026-07-28.header.sent-twice": Mutation(
        "transport/modern.py",
        '    if "," in (version or "") or "," in (method or ""):',
        "    if False:",
        "tests/transport/test_modern.py::test_a_header_sent_twice_is_found_before_the_missing_meta",
    ),
    "2026-07-28.header.sentinel-exact": Mutation(
        "transport/header.py",
        "        value.startswith(prefix) and value.endswith(suffix)",
        "        value.lower().startswith(prefix) and value.endswith(suffix)",
        "tests/transport/test_header.py::test_a_mirrored_value_is_literal_wrapped_or_refused",
    ),
    "2026-07-28.header.whitespace": Mutation(
        "transport/header.py",
        "    return None if value is None else value.strip(_WHITESPACE)",
        "    return value",
        "tests/transport/test_modern.py::test_white_space_around_headers_is_no_mismatch",
    ),
    "2026-07-28.http.bad-tool-call-is-200": Mutation(
        "transport/fault.py",
        ("BAD_REQUEST = frozenset((HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION))"),
        (
            "BAD_REQUEST = frozenset((HEADER_MISMATCH, MISSING_CAPABILITY, "
            "UNSUPPORTED_VERSION, INVALID_PARAMS))"
        ),
        f"{_MODERN}::test_a_tool_nobody_knows_is_no_http_error",
    ),
    "2026-07-28.http.errors-have-bodies": Mutation(
        "transport/endpoint.py",
        (
            "            sink.close(self._codec.encode(error_message(refusal.call_id, "
            "refusal.fault)))"
        ),
        "            sink.close()",
        "tests/transport/test_endpoint.py::test_a_refusal_is_a_json_rpc_error_with_its_headers",
    ),
    "2026-07-28.http.get-delete": Mutation(
        "transport/visit.py",
        "has_sessions = memory.has_store and find_revision(version, MODERN) is None",
        "has_sessions = memory.has_store",
        f"{_MODERN}::test_get_and_delete_are_void",
    ),
    "2026-07-28.http.last-event-id-ignored": Mutation(
        "transport/admission.py",
        "        from firstbyte.transport.modern import judge_modern, unserved\n",
        (
            "        from firstbyte.transport.modern import judge_modern, unserved\n"
            "\n"
            "        if header.LAST_EVENT_ID in headers:\n"
            '            return reject(INVALID_REQUEST, "there is no such event")\n'
        ),
        f"{_MODERN}::test_a_last_event_id_is_ignored",
    ),
    "2026-07-28.http.no-batches": Mutation(
        "transport/admission.py",
        (
            "        if not _is_legacy(version):\n"
            '            return reject(INVALID_REQUEST, "the body is an array; one message '
            'is served")'
        ),
        (
            "        if False:\n"
            '            return reject(INVALID_REQUEST, "the body is an array; one message '
            'is served")'
        ),
        f"{_MODERN}::test_a_posted_array_is_refused",
    ),
    "2026-07-28.http.no-responses": Mutation(
        "transport/admission.py",
        (
            "        if isinstance(message, ClientResponse):\n"
            '            return reject(INVALID_REQUEST, "a response was sent to a server '
            'that asks nothing")'
        ),
        ("        if isinstance(message, ClientResponse):\n            return Acknowledged()"),
        f"{_MODERN}::test_a_posted_response_is_refused",
    ),
    "2026-07-28.http.session-ignored": Mutation(
        "transport/endpoint.py",
        "        is_modern = admitted.revision.era == MODERN\n",
        (
            "        is_modern = admitted.revision.era == MODERN\n"
            '        answer.set_header("mcp-session-id", "x")\n'
        ),
        f"{_MODERN}::test_a_session_id_is_ignored_and_none_is_given_out",
    ),
    "2026-07-28.listen.acknowledged": Mutation(
        "transport/listening.py",
        ('    answer.notify(\n        "notifications/subscriptions/acknowledged"'),
        ('    (lambda *_: None)(\n        "notifications/subscriptions/acknowledged"'),
        f"{_MODERN}::test_a_change_in_one_environment_is_told_on_a_stream_of_another",
    ),
    "2026-07-28.listen.events-only": Mutation(
        "transport/admission.py",
        "if method.is_streamed and not accepts[1]:",
        "if False:",
        f"{_MODERN}::test_who_listens_has_to_take_events",
    ),
    "2026-07-28.listen.graceful": Mutation(
        "transport/listening.py",
        (
            "        if not patience.wait(has_news=bool(found)):\n"
            "            break\n"
            "    return named"
        ),
        (
            "        if not patience.wait(has_news=bool(found)):\n"
            "            break\n"
            '    return Fault(INVALID_PARAMS, "over")'
        ),
        f"{_MODERN}::test_a_change_in_one_environment_is_told_on_a_stream_of_another",
    ),
    "2026-07-28.listen.list-changed": Mutation(
        "transport/changes.py",
        ("    memory.store.append(_name(audience), Codec().encode([change, uri]), _TTL_S)"),
        "    pass",
        f"{_MODERN}::test_a_change_in_one_environment_is_told_on_a_stream_of_another",
    ),
    "2026-07-28.listen.no-progress-or-log": Mutation(
        "transport/listening.py",
        "    kinds = {_LISTS[name] for name in honoured if name in _LISTS}\n",
        (
            "    kinds = {_LISTS[name] for name in honoured if name in _LISTS}\n"
            "    token = exchange.wishes.progress_token\n"
            '    answer.notify("notifications/progress", {"progressToken": token, '
            '"progress": 1})\n'
        ),
        f"{_MODERN}::test_a_stream_that_listens_bears_no_progress_and_no_log",
    ),
    "2026-07-28.listen.not-offered": Mutation(
        "transport/method.py",
        "            return any(found.values())",
        "            return True",
        f"{_MODERN}::test_listening_exists_where_something_is_declared_to_be_told",
    ),
    "2026-07-28.listen.requested-only": Mutation(
        "transport/listening.py",
        "    kinds = {_LISTS[name] for name in honoured if name in _LISTS}",
        "    kinds = set(_LISTS.values())",
        f"{_MODERN}::test_a_change_in_one_environment_is_told_on_a_stream_of_another",
    ),
    "2026-07-28.listen.subscription-id": Mutation(
        "transport/listening.py",
        "named = {meta.META: {_SUBSCRIPTION_ID: exchange.call_id}}",
        'named = {meta.META: {_SUBSCRIPTION_ID: exchange.call_id or "x"}}',
        f"{_MODERN}::test_a_change_in_one_environment_is_told_on_a_stream_of_another",
    ),
    "2026-07-28.listen.subset": Mutation(
        "transport/listening.py",
        "wanted.get(name) and kind in promised",
        "wanted.get(name)",
        f"{_MODERN}::test_what_is_not_announced_is_not_acknowledged",
    ),
    "2026-07-28.listen.updates": Mutation(
        "transport/listening.py",
        ('    return uri == subscribed or uri.startswith(subscribed.removesuffix("/") + "/")'),
        "    return uri == subscribed",
        f"{_MODERN}::test_a_change_below_a_subscribed_resource_is_told",
    ),
    "2026-07-28.lists.stable": Mutation(
        "transport/listing.py",
        "    size = exchange.service.page_size\n",
        (
            '    seen = globals().setdefault("_seen", [])\n'
            "    size = exchange.service.page_size - len(seen) % 2\n"
            "    seen.append(member)\n"
        ),
        f"{_MODERN}::test_a_list_is_the_same_before_and_after_other_calls_and_for_everybody",
    ),
    "2026-07-28.logging.on-demand": Mutation(
        "transport/meta.py",
        ("    if _LOG_LEVEL not in meta:\n        return Wishes(token, SILENCE)"),
        ("    if _LOG_LEVEL not in meta:\n        return Wishes(token, 0)"),
        f"{_MODERN}::test_a_log_goes_only_to_who_asked_for_it_in_this_very_request",
    ),
    "2026-07-28.logging.own-stream": Mutation(
        "transport/reporter.py",
        'self._exchange.answer.notify("notifications/message", params)',
        (
            'first = globals().setdefault("_first", self._exchange.answer)\n'
            '            first.notify("notifications/message", params)'
        ),
        f"{_MODERN}::test_messages_on_the_way_go_on_the_stream_of_their_own_request",
    ),
    "2026-07-28.meta.client-info-optional": Mutation(
        "transport/modern.py",
        "has_capabilities = isinstance(call_meta.get(meta.CLIENT_CAPABILITIES), dict)",
        (
            "has_capabilities = isinstance(call_meta.get(meta.CLIENT_CAPABILITIES), dict) "
            'and "io.modelcontextprotocol/clientInfo" in call_meta'
        ),
        "tests/transport/test_modern.py::test_who_the_client_is_may_stay_untold",
    ),
    "2026-07-28.meta.client-info-unused": Mutation(
        "transport/meta.py",
        ("    if not isinstance(meta, dict):\n        return Fault("),
        (
            '    if not isinstance(meta, dict) or "io.modelcontextprotocol/clientInfo" in '
            "meta:\n"
            "        return Fault("
        ),
        f"{_MODERN}::test_who_the_client_is_changes_nothing",
    ),
    "2026-07-28.meta.required": Mutation(
        "transport/modern.py",
        "return asked if isinstance(asked, str) and has_capabilities else None",
        "return asked if isinstance(asked, str) else None",
        "tests/transport/test_modern.py::test_meta_without_version_and_capabilities_is_invalid",
    ),
    "2026-07-28.meta.server-info": Mutation(
        "transport/result.py",
        "completed[meta.META] = {**result.get(meta.META, {}), **identity}",
        "completed[meta.META] = {**result.get(meta.META, {})}",
        f"{_MODERN}::test_every_result_is_complete_and_names_the_server",
    ),
    "2026-07-28.method.404": Mutation(
        "transport/admission.py",
        "return Rejection(404 if era == MODERN else 200, fault, call.id)",
        "return Rejection(200, fault, call.id)",
        "tests/transport/test_admission.py::test_a_method_that_is_not_served_is_not_found",
    ),
    "2026-07-28.method.behind-capability": Mutation(
        "transport/method.py",
        (
            '("completing", "complete"), LEGACY, MODERN, capability="completions", '
            "is_watched=True"
        ),
        '("completing", "complete"), LEGACY, MODERN, is_watched=True',
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "2026-07-28.method.legacy-ones-gone": Mutation(
        "transport/admission.py",
        "        method = self._find_method(message, MODERN)",
        (
            "        method = self._find_method(message, MODERN if message.method != "
            '"ping" else LEGACY)'
        ),
        f"{_MODERN}::test_what_the_legacy_era_had_does_not_exist",
    ),
    "2026-07-28.mirror.booleans": Mutation(
        "transport/mirrored.py",
        'return text == ("true" if argument else "false")',
        "return text == str(argument)",
        "tests/transport/test_mirrored.py::test_a_header_that_says_the_same_is_no_mismatch",
    ),
    "2026-07-28.mirror.declaration": Mutation(
        "tools/header.py",
        "    return isinstance(name, str) and bool(name) and _TOKEN.issuperset(name)",
        "    return True",
        "tests/tools/test_header.py::test_a_header_over_which_clients_drop_the_tool_is_refused",
    ),
    "2026-07-28.mirror.integers": Mutation(
        "transport/mirrored.py",
        "        return _OF_NUMBERS.issuperset(text) and _equals(text, argument)",
        "        return text == str(argument)",
        "tests/transport/test_mirrored.py::test_a_header_that_says_the_same_is_no_mismatch",
    ),
    "2026-07-28.mirror.matches": Mutation(
        "transport/tool_call.py",
        "            if mismatch is not None and exchange.answer.door.has_headers:",
        "            if False:",
        "tests/transport/test_tool_call.py::test_a_header_that_says_another_thing_ends_the_call_before_the_tool_runs",
    ),
    "2026-07-28.mirror.missing": Mutation(
        "transport/mirrored.py",
        "            agrees = argument is None or isinstance(argument, (list, dict))",
        "            agrees = True",
        "tests/transport/test_mirrored.py::test_a_header_that_is_missing_surplus_or_different_is_named",
    ),
    "2026-07-28.mirror.null": Mutation(
        "transport/mirrored.py",
        "            agrees = argument is None or isinstance(argument, (list, dict))",
        "            agrees = False",
        "tests/transport/test_mirrored.py::test_a_header_that_says_the_same_is_no_mismatch",
    ),
    "2026-07-28.mirror.reachable": Mutation(
        "tools/header.py",
        'is_reached = keyword == "properties" and path is not None',
        "is_reached = True",
        "tests/tools/test_header.py::test_the_verdict_and_the_paths_are_the_official_clients",
    ),
    "2026-07-28.mirror.unknown": Mutation(
        "transport/tool_call.py",
        "        if tool.headers and exchange.revision.era == MODERN:",
        (
            '        if any(name.startswith("mcp-param-") for name in exchange.headers):\n'
            '            return Fault(HEADER_MISMATCH, "")\n'
            "        if tool.headers and exchange.revision.era == MODERN:"
        ),
        f"{_MODERN}::test_headers_that_repeat_nothing_are_ignored",
    ),
    "2026-07-28.mrtr.any-environment": Mutation(
        "transport/rounds.py",
        "        audience_of(exchange.service),",
        "        str(id(exchange.memory)),",
        f"{_MODERN}::test_a_question_and_its_answer_may_meet_in_different_environments",
    ),
    "2026-07-28.mrtr.asked-again": Mutation(
        "transport/rounds.py",
        ("            if missing:\n                self._suspend(missing, digests)"),
        (
            "            if missing:\n"
            '                raise next(iter(missing.values())).refusal("there is no '
            'answer")'
        ),
        "tests/transport/test_rounds.py::test_questions_asked_together_go_out_together_and_only_what_is_missing_again",
    ),
    "2026-07-28.mrtr.invalid-answer": Mutation(
        "transport/rounds.py",
        "                    answers[key] = question.read(answer)",
        "                    answers[key] = answer",
        "tests/transport/test_rounds.py::test_an_answer_that_is_none_is_asked_for_again",
    ),
    "2026-07-28.mrtr.malformed": Mutation(
        "transport/rounds.py",
        "    if not isinstance(responses, dict):",
        "    if responses is None:",
        "tests/transport/test_rounds.py::test_wrong_types_are_refused_before_the_function_runs",
    ),
    "2026-07-28.mrtr.no-assumption": Mutation(
        "transport/rounds.py",
        ("requests = {\n            key: {"),
        (
            "exchange.memory.clock.pause(60)\n"
            '        raise next(iter(missing.values())).refusal("nobody answered")\n'
            "        requests = {\n"
            "            key: {"
        ),
        "tests/transport/test_rounds.py::test_a_question_ends_the_call_and_its_answer_is_there_the_next_time",
    ),
    "2026-07-28.mrtr.only-three": Mutation(
        "transport/capability.py",
        'ASKING = frozenset(("tools/call",',
        'ASKING = frozenset(("completion/complete", "tools/call",',
        "tests/transport/test_rounds.py::test_completion_may_not_ask_and_ignores_what_is_not_its_own",
    ),
    "2026-07-28.mrtr.other-id": Mutation(
        "transport/rounds.py",
        '        digest(params.get("arguments", {})),',
        '        digest([params.get("arguments", {}), exchange.call_id]),',
        f"{_MODERN}::test_a_question_and_its_answer_may_meet_in_different_environments",
    ),
    "2026-07-28.mrtr.questions": Mutation(
        "transport/rounds.py",
        (
            'key: {"method": each.method, "params": each.params} for key, each in '
            "missing.items()"
        ),
        (
            '"q": {"method": each.method, "params": each.params} for key, each in '
            "missing.items()"
        ),
        "tests/transport/test_rounds.py::test_a_question_ends_the_call_and_its_answer_is_there_the_next_time",
    ),
    "2026-07-28.mrtr.something": Mutation(
        "transport/rounds.py",
        '        raise Suspended({**state, "inputRequests": requests})',
        '        raise Suspended({"resultType": "input_required"})',
        "tests/transport/test_rounds.py::test_a_question_ends_the_call_and_its_answer_is_there_the_next_time",
    ),
    "2026-07-28.mrtr.surplus": Mutation(
        "transport/rounds.py",
        "self._ahead = {} if _STATE in exchange.params else responses",
        "self._ahead = responses",
        "tests/transport/test_rounds.py::test_answers_nobody_asked_for_are_ignored",
    ),
    "2026-07-28.pagination.empty-cursor": Mutation(
        "transport/listing.py",
        '    cursor = exchange.params.get("cursor")',
        '    cursor = exchange.params.get("cursor") or None',
        f"{_MODERN}::test_an_empty_cursor_is_a_cursor",
    ),
    "2026-07-28.resources.no-empty-contents": Mutation(
        "transport/reading.py",
        ("    if reading is None:\n        return not_found(revision, uri)"),
        (
            "    if reading is None:\n"
            '        return {"contents": [], "ttlMs": 0, "cacheScope": "private"}'
        ),
        f"{_MODERN}::test_a_missing_resource_is_invalid_params",
    ),
    "2026-07-28.resources.not-found": Mutation(
        "transport/reading.py",
        '    return Fault(revision.not_found_code, message, {"uri": uri})',
        "    return Fault(revision.not_found_code, message)",
        f"{_MODERN}::test_a_missing_resource_is_invalid_params",
    ),
    "2026-07-28.result-type": Mutation(
        "transport/result.py",
        'completed: dict[str, Any] = {"resultType": "complete"}',
        "completed: dict[str, Any] = {}",
        f"{_MODERN}::test_every_result_is_complete_and_names_the_server",
    ),
    "2026-07-28.sse.errors-before-commit": Mutation(
        "transport/endpoint.py",
        "answer.finish(self._codec.encode(message), 400 if is_bad else 200)",
        "answer.finish(self._codec.encode(message))",
        f"{_MODERN}::test_a_missing_capability_is_400_and_named",
    ),
    "2026-07-28.sse.no-event-ids": Mutation(
        "transport/sse.py",
        'event_id.encode() if event_id else b""',
        'event_id.encode() if event_id else b"id: 1\\n"',
        f"{_MODERN}::test_a_stream_is_not_to_be_buffered_and_has_no_event_ids",
    ),
    "2026-07-28.sse.no-requests": Mutation(
        "transport/rounds.py",
        '_ASKABLE = frozenset(("elicitation/create",',
        '_ASKABLE = frozenset(("ping", "elicitation/create",',
        "tests/transport/test_rounds.py::test_a_modern_client_cannot_be_pinged",
    ),
    "2026-07-28.sse.related-only": Mutation(
        "transport/answer.py",
        (
            "message = self._codec.encode(notification_message(method, params))\n"
            "            if self._has_spare(message):\n"
            "                self._alone(self._send, message)"
        ),
        (
            "message = self._codec.encode(notification_message(method, params))\n"
            '            first = globals().setdefault("_first", self)\n'
            "            first._alone(first._send, message)"
        ),
        f"{_MODERN}::test_messages_on_the_way_go_on_the_stream_of_their_own_request",
    ),
    "2026-07-28.sse.x-accel-buffering": Mutation(
        "transport/sse.py",
        '    "x-accel-buffering": "no",\n',
        '    "x-accel-buffering": "yes",\n',
        f"{_MODERN}::test_a_stream_is_not_to_be_buffered_and_has_no_event_ids",
    ),
    "2026-07-28.state.confidential": Mutation(
        "transport/rounds.py",
        "self._tokens.seal(",
        "self._tokens.sign(",
        "tests/transport/test_rounds.py::test_the_client_cannot_read_the_state",
    ),
    "2026-07-28.state.expiry": Mutation(
        "transport/rounds.py",
        "_TTL_S = 600",
        "_TTL_S = 600_000",
        f"{_MODERN}::test_a_state_is_good_for_minutes",
    ),
    "2026-07-28.state.integrity": Mutation(
        "transport/rounds.py",
        ("        if claims is None:\n            raise CallEnded(_INVALID_STATE)"),
        ("        if claims is None:\n            return {}"),
        "tests/transport/test_rounds.py::test_an_altered_state_is_refused",
    ),
    "2026-07-28.state.principal": Mutation(
        "transport/rounds.py",
        "        exchange.principal,\n",
        '        "",\n',
        f"{_MODERN}::test_a_state_is_refused_that_was_altered_or_is_anothers",
    ),
    "2026-07-28.state.request": Mutation(
        "transport/rounds.py",
        '        digest(params.get("arguments", {})),',
        '        "",',
        f"{_MODERN}::test_a_state_is_refused_that_was_altered_or_is_anothers",
    ),
    "2026-07-28.state.server": Mutation(
        "transport/rounds.py",
        "        audience_of(exchange.service),",
        '        "",',
        f"{_MODERN}::test_a_state_of_another_server_or_other_keys_is_refused",
    ),
    "2026-07-28.structured.any": Mutation(
        "transport/older.py",
        "fits = revision.has_any_structure or (",
        "fits = (revision.has_any_structure and structured is not None) or (",
        f"{_MODERN}::test_any_json_is_a_structure",
    ),
    "2026-07-28.version.header": Mutation(
        "transport/modern.py",
        "    if version != asked:",
        "    if version not in (None, asked):",
        f"{_MODERN}::test_a_version_in_the_body_alone_is_a_mismatch",
    ),
    "2026-07-28.version.header-equals-body": Mutation(
        "transport/modern.py",
        "    if version != asked:",
        "    if version is None:",
        "tests/transport/test_modern.py::test_headers_that_tell_something_else_than_the_body_are_a_mismatch",
    ),
    "2026-07-28.version.unsupported": Mutation(
        "transport/modern.py",
        '"requested": asked}',
        '"requested": "?"}',
        f"{_MODERN}::test_an_unserved_version_is_told_all_that_are_served",
    ),
    "2026-07-28.version.unsupported-on-notification": Mutation(
        "transport/admission.py",
        (
            "if not isinstance(message, Call) and version is not None and "
            "version not in REVISIONS:"
        ),
        "if False:",
        "tests/transport/test_admission.py::"
        "test_a_message_without_answer_of_an_unknown_version_is_refused",
    ),
    "every.completion.capability": Mutation(
        "transport/offer.py",
        "    if service.has_completions:",
        "    if True:",
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "every.completion.context": Mutation(
        "transport/completing.py",
        "return completion.complete(value, given, caller)",
        "return completion.complete(value, {}, caller)",
        "tests/transport/test_completing.py::test_a_function_learns_what_is_completed_and_what_was_given_already",
    ),
    "every.completion.hundred": Mutation(
        "tools/bound_completion.py",
        "_MAX_VALUES: Final = 100",
        "_MAX_VALUES: Final = 101",
        "tests/tools/test_bound_completion.py::test_more_than_a_hundred_are_cut_and_told",
    ),
    "every.completion.validate": Mutation(
        "transport/completing.py",
        "    if not (isinstance(name, str) and isinstance(value, str)):",
        "    if name is None:",
        "tests/transport/test_completing.py::test_anything_else_is_invalid",
    ),
    "every.concurrency": Mutation(
        "transport/endpoint.py",
        "octets = encode_result(self._codec, call.id, response)",
        (
            'first = globals().setdefault("_first", call.id)\n'
            "            octets = encode_result(self._codec, first, response)"
        ),
        f"{_MODERN}::test_messages_on_the_way_go_on_the_stream_of_their_own_request",
    ),
    "every.elicitation.bound": Mutation(
        "transport/endpoint.py",
        "            request.principal,\n",
        '            "",\n',
        f"{_MODERN}::test_a_state_is_refused_that_was_altered_or_is_anothers",
    ),
    "every.elicitation.declined": Mutation(
        "tools/question.py",
        '_ACTIONS = frozenset(("accept", "decline", "cancel"))',
        '_ACTIONS = frozenset(("accept",))',
        "tests/tools/test_question.py::test_each_action_is_told",
    ),
    "every.elicitation.form-is-flat": Mutation(
        "tools/form.py",
        (
            "            name: _read_field(name, field) for name, field in "
            "outline.properties.items()"
        ),
        "            name: field for name, field in outline.properties.items()",
        "tests/tools/test_form.py::test_what_no_client_can_show_is_refused",
    ),
    "every.elicitation.url-mode": Mutation(
        "tools/question.py",
        "        if not _is_web(url):",
        "        if False:",
        "tests/tools/test_question.py::test_only_a_page_of_the_web_can_be_visited",
    ),
    "every.elicitation.validated": Mutation(
        "tools/form.py",
        "            values[name] = _judge(name, field, value)",
        "            values[name] = value",
        "tests/tools/test_form.py::test_what_is_filled_in_is_held_to_its_field",
    ),
    "every.eras": Mutation(
        "transport/admission.py",
        (
            "        not isinstance(message, ClientResponse) and "
            "meta.names_version(message.params)"
        ),
        "        False",
        "tests/transport/test_admission.py::test_a_modern_body_under_a_legacy_header_is_a_mismatch",
    ),
    "every.error.code-and-message": Mutation(
        "transport/message.py",
        'error = {"code": fault.code, "message": fault.message}',
        'error = {"code": fault.code}',
        "tests/transport/test_message.py::test_the_sdk_reads_an_error",
    ),
    "every.error.internal": Mutation(
        "transport/endpoint.py",
        "return Fault(INTERNAL_ERROR, str(failure))",
        "return Fault(-32602, repr(failure.__cause__))",
        "tests/transport/test_reading.py::test_what_reading_raises_is_in_the_log_and_not_on_the_wire",
    ),
    "every.error.invalid-params": Mutation(
        "transport/tool_call.py",
        "if not isinstance(arguments, dict):",
        "if arguments is None:",
        "tests/transport/test_tool_call.py::test_arguments_are_an_object",
    ),
    "every.error.invalid-request": Mutation(
        "transport/message.py",
        'if body.get("jsonrpc") != "2.0":',
        "if False:",
        "tests/transport/test_message.py::test_what_is_no_message_is_refused_under_the_id_it_has",
    ),
    "every.error.method-not-found": Mutation(
        "transport/admission.py",
        "fault = Fault(METHOD_NOT_FOUND,",
        "fault = Fault(INVALID_REQUEST,",
        "tests/transport/test_admission.py::test_a_method_that_is_not_served_is_not_found",
    ),
    "every.error.parse": Mutation(
        "transport/admission.py",
        'reject(PARSE_ERROR, "the body',
        'reject(INVALID_REQUEST, "the body',
        "tests/transport/test_admission.py::test_what_is_no_json_is_a_parse_error",
    ),
    "every.host.validated": Mutation(
        "transport/admission.py",
        "if not policy.allows_host(host):",
        "if False:",
        "tests/transport/test_admission.py::test_a_host_that_is_not_listed_is_misdirected",
    ),
    "every.http.accept-json-only": Mutation(
        "transport/answer.py",
        (
            "        if self.accepts_events:\n"
            "            message = self._codec.encode(notification_message(method, params))"
        ),
        (
            "        if True:\n"
            "            message = self._codec.encode(notification_message(method, params))"
        ),
        "tests/transport/test_answer.py::test_a_client_of_json_only_hears_no_notification",
    ),
    "every.http.body-limit": Mutation(
        "transport/admission.py",
        "if size > limit:",
        "if size > limit + 1:",
        "tests/transport/test_admission.py::test_a_body_beyond_the_limit_is_refused_with_both_sizes",
    ),
    "every.http.content-type": Mutation(
        "transport/admission.py",
        "if not header.is_json(request.headers.get(header.CONTENT_TYPE)):",
        "if False:",
        "tests/transport/test_admission.py::test_a_body_that_is_not_announced_as_json_is_refused",
    ),
    "every.http.json-or-events": Mutation(
        "transport/answer.py",
        ("        if self._phase == _PENDING:\n            if message is None"),
        ("        if False:\n            if message is None"),
        "tests/transport/test_answer.py::test_a_result_alone_is_json",
    ),
    "every.http.one-endpoint": Mutation(
        "transport/admission.py",
        "if not policy.serves_path(request.path):",
        "if False:",
        "tests/transport/test_admission.py::test_there_is_nothing_at_another_path",
    ),
    "every.icons.schemes": Mutation(
        "tools/declaration.py",
        'not source.startswith(("https:", "data:"))',
        "not source",
        "tests/tools/test_declaration.py::test_an_icon_no_client_would_show_is_refused",
    ),
    "every.id.echoed": Mutation(
        "transport/message.py",
        'return {"jsonrpc": "2.0", "id": call_id, "result": result}',
        'return {"jsonrpc": "2.0", "id": str(call_id), "result": result}',
        "tests/transport/test_bad_input.py::test_every_kind_of_id_comes_back",
    ),
    "every.id.echoed-in-errors": Mutation(
        "transport/message.py",
        "    if type(call_id) not in (str, int):",
        "    if True:",
        "tests/transport/test_message.py::test_what_is_no_message_is_refused_under_the_id_it_has",
    ),
    "every.id.not-null": Mutation(
        "transport/message.py",
        '"id" in body and call_id is None and not is_nameless_error',
        "False",
        "tests/transport/test_bad_input.py::test_what_is_no_id_is_refused",
    ),
    "every.id.unreadable": Mutation(
        "transport/message.py",
        'return {"jsonrpc": "2.0", "id": call_id, "error": error}',
        'return {"jsonrpc": "2.0", "id": call_id or 0, "error": error}',
        f"{_EVERY}::test_an_error_about_what_could_not_be_read_names_no_id",
    ),
    "every.logging.capability": Mutation(
        "transport/offer.py",
        '        capabilities["logging"] = {}',
        "        pass",
        f"{_MODERN}::test_logging_is_declared_by_who_may_log",
    ),
    "every.logging.levels": Mutation(
        "transport/reporter.py",
        "SEVERITY[level] >= self._exchange.wishes.log_threshold",
        "self._exchange.wishes.log_threshold < 8",
        "tests/transport/test_reporter.py::test_only_messages_at_or_above_the_clients_level_are_sent",
    ),
    "every.logging.unknown-level": Mutation(
        "transport/meta.py",
        (
            "    if not isinstance(level, str) or level not in SEVERITY:\n"
            '        return Fault(INVALID_PARAMS, f"{_LOG_LEVEL}'
        ),
        ('    if False:\n        return Fault(INVALID_PARAMS, f"{_LOG_LEVEL}'),
        "tests/transport/test_meta.py::test_other_wishes_are_invalid_params",
    ),
    "every.message.json-rpc": Mutation(
        "transport/message.py",
        'return {"jsonrpc": "2.0", "method": method, "params": params}',
        'return {"method": method, "params": params}',
        "tests/transport/test_message.py::test_the_sdk_reads_a_notification",
    ),
    "every.message.utf-8": Mutation(
        "transport/codec.py",
        "        text = octets.decode().strip(",
        '        text = octets.decode("latin-1").strip(',
        "tests/transport/test_bad_input.py::test_octets_that_are_no_utf_8_are_refused_whatever_is_announced",
    ),
    "every.meta.own-keys-pass": Mutation(
        "transport/meta.py",
        "    token = meta.get(_PROGRESS_TOKEN)",
        (
            '    if "traceparent" in meta or "com.example/own" in meta or "tracestate" in '
            "meta:\n"
            '        return Fault(INVALID_PARAMS, "unknown key")\n'
            "    token = meta.get(_PROGRESS_TOKEN)"
        ),
        f"{_MODERN}::test_keys_of_meta_that_mean_nothing_here_are_passed_over",
    ),
    "every.meta.reserved-keys": Mutation(
        "transport/meta.py",
        (
            "    if not isinstance(level, str) or level not in SEVERITY:\n"
            '        return Fault(INVALID_PARAMS, f"{_LOG_LEVEL}'
        ),
        ('    if level not in SEVERITY:\n        return Fault(INVALID_PARAMS, f"{_LOG_LEVEL}'),
        "tests/transport/test_meta.py::test_any_meta_is_a_wish_or_a_fault",
    ),
    "every.notification.accepted": Mutation(
        "transport/endpoint.py",
        "sink.open(202, {})",
        "sink.open(200, {})",
        "tests/transport/test_bad_input.py::test_notifications_nobody_knows_are_taken",
    ),
    "every.notification.no-response": Mutation(
        "transport/endpoint.py",
        ("            sink.open(202, {})\n            sink.close()"),
        ('            sink.open(202, {})\n            sink.close(b"null")'),
        "tests/transport/test_endpoint.py::test_a_notification_is_answered_with_202_and_nothing",
    ),
    "every.notification.refused": Mutation(
        "transport/admission.py",
        (
            "        if isinstance(member, Rejection):\n"
            "            return member\n"
            "        if isinstance(message, Call):"
        ),
        (
            "        if isinstance(member, Rejection):\n"
            "            return member if isinstance(message, Call) else Acknowledged()\n"
            "        if isinstance(message, Call):"
        ),
        f"{_LEGACY}::test_with_keys_nothing_is_served_without_a_session",
    ),
    "every.origin.absent": Mutation(
        "transport/policy.py",
        ("        if origin is None:\n            return True"),
        ("        if origin is None:\n            return False"),
        "tests/transport/test_policy.py::test_an_origin_is_absent_listed_or_this_machines",
    ),
    "every.origin.forbidden": Mutation(
        "transport/admission.py",
        "return _refuse(403,",
        "return _refuse(400,",
        "tests/transport/test_admission.py::test_an_origin_that_is_not_listed_is_forbidden_and_the_setting_named",
    ),
    "every.origin.on-get-and-delete": Mutation(
        "transport/admission.py",
        "if not policy.allows_origin(header.find_value(headers, header.ORIGIN), host):",
        (
            'if request.method == "POST" and not '
            "policy.allows_origin(header.find_value(headers, header.ORIGIN), host):"
        ),
        f"{_LEGACY}::test_a_foreign_origin_is_forbidden_whatever_the_method",
    ),
    "every.origin.validated": Mutation(
        "transport/policy.py",
        ('        if origin == "null":\n            return False'),
        ('        if origin == "null":\n            return True'),
        "tests/transport/test_policy.py::test_an_origin_is_absent_listed_or_this_machines",
    ),
    "every.pagination.end": Mutation(
        "transport/cursor.py",
        "if end < len(items) else None",
        "if end <= len(items) else None",
        "tests/transport/test_cursor.py::test_a_list_that_just_fits_is_one_page",
    ),
    "every.pagination.invalid": Mutation(
        "transport/listing.py",
        (
            "        if page is None:\n"
            '            text = "this cursor is none that was given out for this list"\n'
            "            raise CallEnded(Fault(INVALID_PARAMS, text))"
        ),
        ("        if page is None:\n            page = items, None"),
        "tests/transport/test_listing.py::test_a_cursor_nobody_gave_out_is_invalid",
    ),
    "every.pagination.opaque-cursor": Mutation(
        "transport/listing.py",
        '        result["nextCursor"] = following',
        '        result["nextCursor"] = str(len(items))',
        "tests/transport/test_listing.py::test_the_pages_of_a_list_are_the_list_in_every_revision",
    ),
    "every.pagination.stable": Mutation(
        "transport/cursor.py",
        "    return items[start:end], following",
        "    return items[start : end - 1], following",
        "tests/transport/test_cursor.py::test_the_pages_are_the_list_each_full_but_the_last",
    ),
    "every.progress.increases": Mutation(
        "transport/reporter.py",
        "if self._last_progress is None or progress > self._last_progress:",
        "if True:",
        "tests/transport/test_reporter.py::test_progress_that_does_not_rise_is_dropped",
    ),
    "every.progress.only-with-token": Mutation(
        "transport/reporter.py",
        "if not self._is_heard() or token is None:",
        "if not self._is_heard():",
        "tests/transport/test_reporter.py::test_without_a_token_there_is_no_progress",
    ),
    "every.progress.own-stream": Mutation(
        "transport/reporter.py",
        'self._exchange.answer.notify("notifications/progress", params)',
        (
            'first = globals().setdefault("_first", self._exchange.answer)\n'
            '                first.notify("notifications/progress", params)'
        ),
        f"{_MODERN}::test_messages_on_the_way_go_on_the_stream_of_their_own_request",
    ),
    "every.progress.stops": Mutation(
        "transport/answer.py",
        (
            "        if self._phase != _OVER:\n"
            "            self._begin()\n"
            "            self._write(sse.encode_event(message, self._log(message)))"
        ),
        "        self._sink.write(sse.encode_event(message, self._log(message)))",
        "tests/transport/test_tool_call.py::test_what_a_thread_of_the_tool_says_after_the_result_is_not_heard",
    ),
    "every.progress.token-type": Mutation(
        "transport/meta.py",
        "    if _PROGRESS_TOKEN in meta and type(token) not in (str, int):",
        "    if False:",
        "tests/transport/test_meta.py::test_other_wishes_are_invalid_params",
    ),
    "every.prompts.capability": Mutation(
        "transport/offer.py",
        "    if service.has_prompts:",
        "    if True:",
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "every.prompts.internal": Mutation(
        "transport/authored.py",
        'raise CallFailed(f"the {role} failed; {where}") from error',
        "raise CallFailed(str(error)) from error",
        "tests/transport/test_prompting.py::test_what_a_prompt_raises_is_in_the_log_and_not_on_the_wire",
    ),
    "every.prompts.missing-argument": Mutation(
        "transport/prompting.py",
        "code = INVALID_PARAMS if messages.is_invalid else INTERNAL_ERROR",
        "code = INTERNAL_ERROR",
        "tests/transport/test_prompting.py::test_a_problem_is_the_clients_where_it_lies_in_the_arguments",
    ),
    "every.prompts.unknown": Mutation(
        "transport/prompting.py",
        'return unknown("prompt", name)',
        'return Fault(-32601, "unknown")',
        "tests/transport/test_prompting.py::test_a_prompt_nobody_knows_is_an_error",
    ),
    "every.prompts.validate": Mutation(
        "transport/prompting.py",
        "    if arguments is None:",
        "    if False:",
        "tests/transport/test_prompting.py::test_arguments_are_an_object_of_strings",
    ),
    "every.resources.binary": Mutation(
        "tools/content.py",
        'contents["blob"] = encode_base64(self.blob)',
        'contents["blob"] = self.blob.hex()',
        "tests/tools/test_bound_resource.py::test_a_value_is_read_as_contents",
    ),
    "every.resources.capability": Mutation(
        "transport/offer.py",
        "    if service.has_resources:",
        "    if True:",
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "every.resources.internal": Mutation(
        "transport/reading.py",
        "return Fault(INTERNAL_ERROR, reading.problem)",
        "return Fault(INVALID_PARAMS, reading.problem)",
        "tests/transport/test_reading.py::test_any_other_problem_is_the_servers",
    ),
    "every.resources.list": Mutation(
        "tools/bound_resource.py",
        '            "name": told.name,',
        '            "name": None,',
        "tests/tools/test_bound_resource.py::test_everything_declared_of_one_resource_is_described",
    ),
    "every.resources.templates": Mutation(
        "tools/bound_resource.py",
        '            "uriTemplate" if self.is_template else "uri": told.key,',
        '            "uri": told.key,',
        "tests/tools/test_bound_resource.py::test_a_template_is_described_as_one",
    ),
    "every.resources.traversal": Mutation(
        "tools/uri_template.py",
        '    return not {".", ".."}.isdisjoint(value.replace("\\\\", "/").split("/"))',
        "    return False",
        "tests/tools/test_uri_template.py::test_no_value_walks_through_folders_however_encoded",
    ),
    "every.resources.uri-grammar": Mutation(
        "tools/uri_template.py",
        ("    if not colon or not scheme[:1].isalpha() or not _SCHEME.issuperset(scheme):"),
        "    if False:",
        "tests/tools/test_resource_declaration.py::test_what_cannot_be_served_is_refused_where_it_is_written",
    ),
    "every.resources.uri-validated": Mutation(
        "transport/reading.py",
        "    if not isinstance(uri, str):",
        "    if uri is None:",
        "tests/transport/test_reading.py::test_a_uri_is_a_string",
    ),
    "every.roots.unavailable": Mutation(
        "transport/dialogue.py",
        "            raise question.refusal(self._reason)",
        "            return {}",
        f"{_LEGACY}::test_a_tool_without_store_says_that_it_cannot_ask",
    ),
    "every.roots.validated": Mutation(
        "tools/question.py",
        '    if not isinstance(uri, str) or not uri.startswith("file://"):',
        "    if not isinstance(uri, str):",
        "tests/tools/test_question.py::test_roots_that_are_none_are_refused",
    ),
    "every.sampling.tool-results-only": Mutation(
        "tools/sampling.py",
        " or (results and len(results) < len(parts)):",
        ":",
        "tests/tools/test_sampling.py::test_what_no_model_takes_is_refused",
    ),
    "every.sampling.tools-declared": Mutation(
        "tools/sampling.py",
        '{"sampling": {"tools": {}} if tools else {}}',
        '{"sampling": {}}',
        "tests/tools/test_sampling.py::test_tools_take_a_client_that_has_them",
    ),
    "every.schema.2020-12": Mutation(
        "tools/schema.py",
        '        root["$defs"] = definitions',
        '        root["definitions"] = definitions',
        "tests/tools/test_schema.py::test_every_reference_is_resolved_within_the_schema",
    ),
    "every.schema.no-network-ref": Mutation(
        "tools/header.py",
        ("        return\n    yield path, schema"),
        (
            "        return\n"
            '    if "$ref" in schema:\n'
            "        from contextlib import suppress\n"
            "        from urllib.request import urlopen\n"
            "\n"
            "        with suppress(OSError):\n"
            '            urlopen(schema["$ref"], timeout=0.2)\n'
            "    yield path, schema"
        ),
        "tests/tools/test_requirements_tools.py::test_no_reference_of_a_schema_is_followed",
    ),
    "every.sse.deadline": Mutation(
        "transport/answer.py",
        "words = self._codec.encode(error_message(call_id, _OUT_OF_TIME))",
        'words = b"null"',
        "tests/transport/test_answer.py::test_the_deadline_of_a_stream_is_its_last_event",
    ),
    "every.sse.flushed": Mutation(
        "transport/answer.py",
        (
            "        if self._phase == _STREAMING and octets:\n"
            "            self._sink.write(octets)\n"
            "            self._taken += self.door.size_of(octets)"
        ),
        '        self._later = getattr(type(self), "_later", b"") + octets',
        "tests/transport/test_answer.py::test_each_event_is_written_before_notify_returns",
    ),
    "every.sse.keep-alive": Mutation(
        "transport/sse.py",
        'KEEP_ALIVE = b":\\n"',
        'KEEP_ALIVE = b"data: ping\\n\\n"',
        "tests/transport/test_sse.py::test_a_keep_alive_is_no_event",
    ),
    "every.sse.notifications-before-response": Mutation(
        "transport/answer.py",
        (
            "            self._begin()\n"
            "            self._write(sse.encode_event(message, self._log(message)))"
        ),
        "            self._ready.append(message)",
        "tests/transport/test_answer.py::test_a_result_after_a_notification_is_the_last_event",
    ),
    "every.sse.one-response": Mutation(
        "transport/answer.py",
        ("        is_streaming = self._phase == _STREAMING\n        self._phase = _OVER"),
        "        is_streaming = self._phase == _STREAMING",
        "tests/transport/test_answer.py::test_nothing_follows_the_end",
    ),
    "every.stateless.no-connection-context": Mutation(
        "transport/meta.py",
        (
            "    if _LOG_LEVEL not in meta:\n"
            "        return Wishes(token, SILENCE)\n"
            "    level = meta[_LOG_LEVEL]"
        ),
        (
            '    level = meta.get(_LOG_LEVEL, globals().get("_last"))\n'
            "    if level is None:\n"
            "        return Wishes(token, SILENCE)\n"
            '    globals()["_last"] = level'
        ),
        f"{_EVERY}::test_nothing_of_one_caller_is_seen_by_the_next",
    ),
    "every.tools.argument-error": Mutation(
        "tools/bound_tool.py",
        '            return fail(f"the arguments do not fit this tool: {error}")',
        "            raise",
        "tests/tools/test_bound_tool.py::test_a_bad_argument_never_reaches_the_function",
    ),
    "every.tools.capability": Mutation(
        "transport/offer.py",
        "    if service.has_tools:",
        "    if True:",
        f"{_MODERN}::test_what_is_declared_is_served_and_what_is_not_does_not_exist",
    ),
    "every.tools.content-always": Mutation(
        "transport/older.py",
        (
            'result: dict[str, Any] = {"content": [block_for(revision, block) for block in '
            "content]}"
        ),
        (
            'result: dict[str, Any] = {"content": [block_for(revision, block) for block in '
            "content]} if content else {}"
        ),
        "tests/transport/test_older.py::test_without_structured_content_there_is_none",
    ),
    "every.tools.deterministic": Mutation(
        "tools/shelf.py",
        "return [self._take(self._keys[entry]) for entry in self._entries]",
        ("return [self._take(self._keys[entry]) for entry in sorted(self._entries, key=repr)]"),
        "tests/tools/test_shelf.py::test_everything_comes_in_the_order_given",
    ),
    "every.tools.execution-error": Mutation(
        "transport/older.py",
        '        result["isError"] = True',
        "        pass",
        "tests/transport/test_tool_call.py::test_a_failure_the_tool_tells_is_a_result",
    ),
    "every.tools.image-base64": Mutation(
        "tools/content.py",
        '    return binascii.b2a_base64(octets, newline=False).decode("ascii")',
        "    return octets.hex()",
        "tests/tools/test_content.py::test_octets_survive_as_another_base64_reads_them",
    ),
    "every.tools.input-schema-object": Mutation(
        "tools/schema.py",
        '    del schema["title"]\n',
        (
            '    del schema["title"]\n'
            "    if not parameters:\n"
            '        schema = {"required": [], "properties": {}}\n'
        ),
        "tests/tools/test_schema.py::test_a_tool_without_parameters_takes_an_empty_object",
    ),
    "every.tools.malformed-call": Mutation(
        "transport/tool_call.py",
        "    if not isinstance(name, str):",
        "    if False:",
        "tests/transport/test_tool_call.py::test_a_call_names_its_tool",
    ),
    "every.tools.name-grammar": Mutation(
        "tools/declaration.py",
        ("    return 0 < len(name) <= _MAX_NAME_LENGTH and _NAME_CHARACTERS.issuperset(name)"),
        "    return True",
        "tests/tools/test_tool_declaration.py::test_a_name_outside_the_specification_is_refused_where_it_is_written",
    ),
    "every.tools.sanitize": Mutation(
        "transport/authored.py",
        'where = f"the server\'s log has request id {exchange.invocation.request_id}"',
        "where = repr(error)",
        "tests/transport/test_tool_call.py::test_what_a_tool_raises_is_in_the_log_and_not_on_the_wire",
    ),
    "every.tools.schema-unstripped": Mutation(
        "tools/bound_tool.py",
        "            return self._declaration.input_schema\n",
        (
            "            schema = self._declaration.input_schema\n"
            "            return {name: schema[name] for name in schema if name[0] not in "
            '"$x"}\n'
        ),
        "tests/tools/test_bound_tool.py::test_a_verbatim_schema_is_passed_on_and_arguments_come_as_they_are",
    ),
    "every.tools.structured-schema": Mutation(
        "tools/outcome.py",
        "        simple = simplify_as(value, declared.kind)",
        "        simple = simplify(value)",
        "tests/tools/test_outcome.py::test_a_result_that_cannot_be_is_an_error_that_names_the_place",
    ),
    "every.tools.structured-text": Mutation(
        "tools/outcome.py",
        "            return Outcome([Text(encode_text(simple)).block()], simple)",
        "            return Outcome([], simple)",
        "tests/tools/test_outcome.py::test_structured_results_also_stand_in_a_text",
    ),
    "every.tools.unique": Mutation(
        "tools/shelf.py",
        "        if key in self._functions:\n",
        "        if False:\n",
        "tests/tools/test_shelf.py::test_a_wrong_entry_is_refused_at_once",
    ),
    "every.tools.unknown": Mutation(
        "transport/tool_call.py",
        'return unknown("tool", name)',
        'return Fault(-32601, "unknown tool")',
        "tests/transport/test_tool_call.py::test_a_tool_nobody_knows_is_a_protocol_error",
    ),
    "every.tools.validate-inputs": Mutation(
        "tools/bound_tool.py",
        "            keywords = self._binding.convert(arguments)",
        "            keywords = dict(arguments)",
        "tests/tools/test_bound_tool.py::test_a_bad_argument_never_reaches_the_function",
    ),
    "every.trace-context": Mutation(
        "transport/meta.py",
        "    token = meta.get(_PROGRESS_TOKEN)",
        (
            '    if "traceparent" in meta:\n'
            '        return Fault(INVALID_PARAMS, "unknown key")\n'
            "    token = meta.get(_PROGRESS_TOKEN)"
        ),
        f"{_MODERN}::test_keys_of_meta_that_mean_nothing_here_are_passed_over",
    ),
    "legacy.annotations": Mutation(
        "transport/revision.py",
        "        self.has_tool_annotations = since_2025_03_26",
        "        self.has_tool_annotations = True",
        f"{_LEGACY}::test_nobody_gets_a_field_that_came_later",
    ),
    "legacy.batch.accepted": Mutation(
        "transport/revision.py",
        "        self.has_batches = generation == 2",
        "        self.has_batches = False",
        f"{_LEGACY}::test_a_batch_is_answered_call_by_call",
    ),
    "legacy.batch.all-before-close": Mutation(
        "transport/answer.py",
        ("        if is_last:\n            self._close(response)"),
        ("        if True:\n            self._close(response)"),
        f"{_LEGACY}::test_a_stream_of_a_batch_bears_all_its_responses",
    ),
    "legacy.batch.elsewhere": Mutation(
        "transport/revision.py",
        "        self.has_batches = generation == 2",
        "        self.has_batches = True",
        f"{_LEGACY}::test_other_revisions_take_no_array",
    ),
    "legacy.batch.empty": Mutation(
        "transport/admission.py",
        "        if not (body and revision.has_batches):",
        "        if not revision.has_batches:",
        f"{_LEGACY}::test_an_empty_batch_is_no_message",
    ),
    "legacy.batch.invalid-element": Mutation(
        "transport/batch.py",
        "            calls.append(message)\n",
        "            pass\n",
        f"{_LEGACY}::test_what_is_no_message_in_a_batch_has_an_error_of_its_own",
    ),
    "legacy.batch.no-initialize": Mutation(
        "transport/batch.py",
        '        elif message.method == "initialize":',
        '        elif message.method == "x":',
        f"{_LEGACY}::test_a_batch_has_no_handshake_in_it",
    ),
    "legacy.batch.notifications-only": Mutation(
        "transport/admission.py",
        ("        if not calls:\n            return Acknowledged(unanswered, member)"),
        ("        if False:\n            return Acknowledged(unanswered, member)"),
        f"{_LEGACY}::test_a_batch_of_notifications_is_taken",
    ),
    "legacy.blocks.nearest": Mutation(
        "transport/older.py",
        '    if kind == "audio" and not revision.has_audio:',
        "    if False:",
        "tests/transport/test_older.py::test_an_older_client_gets_the_nearest_it_knows",
    ),
    "legacy.cancel": Mutation(
        "transport/receiving.py",
        '                cancel(memory, session, message.params.get("requestId"))',
        "                pass",
        f"{_LEGACY}::test_a_cancelled_call_is_not_answered",
    ),
    "legacy.cancel.not-anothers": Mutation(
        "transport/cancellation.py",
        '    return f"cancelled:{session.key}:{digest(call_id)}"',
        '    return f"cancelled:{digest(call_id)}"',
        f"{_LEGACY}::test_another_session_cannot_cancel",
    ),
    "legacy.cancel.race": Mutation(
        "transport/cancellation.py",
        'return f"cancelled:{session.key}:{digest(call_id)}"',
        'return f"cancelled:{session.key}"',
        f"{_LEGACY}::test_a_cancellation_after_the_response_changes_nothing",
    ),
    "legacy.cancel.unknown": Mutation(
        "transport/receiving.py",
        '                cancel(memory, session, message.params.get("requestId"))',
        "                cancel(memory, session, 77)",
        f"{_LEGACY}::test_a_cancellation_of_nothing_under_way_changes_nothing",
    ),
    "legacy.completions-capability": Mutation(
        "transport/revision.py",
        "        self.has_completions = since_2025_03_26",
        "        self.has_completions = True",
        "tests/transport/test_offer.py::test_an_old_client_is_told_of_capabilities_it_has_a_name_for",
    ),
    "legacy.elicitation.form-2025-06-18": Mutation(
        "transport/question.py",
        ('    if kind == "array":\n        return None'),
        ('    if kind == "none":\n        return None'),
        "tests/transport/test_question.py::test_several_of_a_list_cannot_be_chosen_in_2025_06_18",
    ),
    "legacy.elicitation.url-id": Mutation(
        "transport/question.py",
        ('named = {"elicitationId": question_id} if revision.names_url_elicitation else {}'),
        "named: dict[str, str] = {}",
        "tests/transport/test_question.py::test_a_flow_by_url_is_named_to_sessions_only",
    ),
    "legacy.errors-are-200": Mutation(
        "transport/admission.py",
        "return Rejection(404 if era == MODERN else 200, fault, call.id)",
        "return Rejection(404, fault, call.id)",
        f"{_LEGACY}::test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does",
    ),
    "legacy.get.accept": Mutation(
        "transport/visit.py",
        "    if not (is_leaving or header.accepts(accept, header.SSE)):",
        "    if False:",
        f"{_LEGACY}::test_who_gets_but_takes_no_events_is_told",
    ),
    "legacy.get.list-changed": Mutation(
        "transport/listening.py",
        '        kinds = promised_changes(self._service, LEGACY, memory) - {"updates"}',
        "        kinds = set()",
        f"{_LEGACY}::test_changes_elsewhere_are_told_on_the_stream_that_was_opened_by_get",
    ),
    "legacy.get.no-responses": Mutation(
        "transport/listening.py",
        (
            "            if not patience.wait(has_news=bool(found)):\n"
            "                channel.hang_up()"
        ),
        (
            "            if not patience.wait(has_news=bool(found)):\n"
            '                response = self._codec.encode({"jsonrpc": "2.0", "id": 1, '
            '"result": {}})\n'
            "                channel.send(sse.encode_event(response))\n"
            "                channel.hang_up()"
        ),
        f"{_LEGACY}::test_a_stream_for_changes_bears_no_responses",
    ),
    "legacy.get.refused": Mutation(
        "transport/visit.py",
        '    return Rejection(405, fault, headers={"allow": allowed})',
        '    return Rejection(400, fault, headers={"allow": allowed})',
        f"{_LEGACY}::test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does",
    ),
    "legacy.get.updated": Mutation(
        "transport/listening.py",
        'elif kind == "updates" and any(_covers(each, uri) for each in subscribed):',
        'elif kind == "updates":',
        f"{_LEGACY}::test_updates_of_what_is_not_subscribed_to_are_not_told",
    ),
    "legacy.icons": Mutation(
        "transport/revision.py",
        "        self.has_icons = since_2025_11_25",
        "        self.has_icons = True",
        f"{_LEGACY}::test_nobody_gets_a_field_that_came_later",
    ),
    "legacy.initialize.malformed": Mutation(
        "transport/offer.py",
        "    if not isinstance(asked, str):",
        "    if False:",
        "tests/transport/test_offer.py::test_a_greeting_without_a_version_is_invalid",
    ),
    "legacy.initialize.no-header": Mutation(
        "transport/admission.py",
        '        if not (isinstance(message, Call) and message.method == "initialize"):',
        "        if True:",
        f"{_LEGACY}::test_a_handshake_needs_no_header_and_no_session",
    ),
    "legacy.initialize.other-version": Mutation(
        "transport/offer.py",
        "revision = find_revision(asked, LEGACY) or NEWEST_LEGACY",
        "revision = REVISIONS.get(asked) or NEWEST_LEGACY",
        "tests/transport/test_offer.py::test_any_other_version_is_answered_with_the_newest_of_the_handshake",
    ),
    "legacy.initialize.result": Mutation(
        "transport/older.py",
        '        unknown |= {"description", "icons", "websiteUrl"}',
        "        pass",
        "tests/transport/test_older.py::test_a_server_introduces_itself_in_the_clients_words",
    ),
    "legacy.initialize.version": Mutation(
        "transport/offer.py",
        "revision = find_revision(asked, LEGACY) or NEWEST_LEGACY",
        "revision = NEWEST_LEGACY",
        "tests/transport/test_offer.py::test_a_served_legacy_version_is_agreed_to",
    ),
    "legacy.initialized": Mutation(
        "transport/receiving.py",
        '            elif message.method == "notifications/cancelled":',
        (
            '            elif message.method == "notifications/initialized":\n'
            '                refusal = reject(INVALID_REQUEST, "no")\n'
            '            elif message.method == "notifications/cancelled":'
        ),
        "tests/transport/test_bad_input.py::test_notifications_nobody_knows_are_taken",
    ),
    "legacy.logging.not-advertised": Mutation(
        "transport/offer.py",
        "    if capabilities and (era == MODERN or memory.has_store):",
        "    if capabilities:",
        f"{_LEGACY}::test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does",
    ),
    "legacy.logging.set-level": Mutation(
        "transport/meta.py",
        "        return Wishes(token, SEVERITY[record.level or _DEFAULT_LEVEL])",
        "        return Wishes(token, SEVERITY[_DEFAULT_LEVEL])",
        f"{_LEGACY}::test_a_level_holds_for_the_session_in_any_environment",
    ),
    "legacy.negotiated-capabilities": Mutation(
        "transport/endpoint.py",
        "capabilities = session.capabilities",
        'capabilities = {"elicitation": {"form": {}}}',
        f"{_LEGACY}::test_nothing_is_asked_that_was_not_declared_or_is_not_known",
    ),
    "legacy.negotiated-revision": Mutation(
        "transport/admission.py",
        "        return member.session.revision",
        "        return find_revision(version, LEGACY) or ASSUMED",
        f"{_LEGACY}::test_without_the_header_the_revision_is_the_sessions",
    ),
    "legacy.no-era-leaks": Mutation(
        "transport/endpoint.py",
        "if is_modern and isinstance(response, dict):",
        "if isinstance(response, dict):",
        f"{_LEGACY}::test_nothing_of_the_modern_era_reaches_a_legacy_client",
    ),
    "legacy.no-later-codes": Mutation(
        "transport/admission.py",
        (
            '            return reject(INVALID_REQUEST, "nothing was asked that this could '
            'be a response to")'
        ),
        (
            '            return reject(-32021, "nothing was asked that this could be a '
            'response to")'
        ),
        f"{_EVERY}::test_no_code_of_the_modern_era_reaches_a_legacy_client",
    ),
    "legacy.no-later-fields": Mutation(
        "transport/older.py",
        '        unknown |= {"title", "_meta"}',
        '        unknown |= {"title"}',
        f"{_LEGACY}::test_nobody_gets_a_field_that_came_later",
    ),
    "legacy.ping": Mutation(
        "transport/offer.py",
        ('    """Answer, which is all that was asked."""\n    return {}'),
        ('    """Answer, which is all that was asked."""\n    return {"pong": True}'),
        f"{_LEGACY}::test_a_ping_is_answered_by_nothing",
    ),
    "legacy.ping.of-the-client": Mutation(
        "transport/conversation.py",
        "        if params is None:\n",
        "        if not params:\n",
        "tests/transport/test_conversation.py::test_every_client_can_be_pinged",
    ),
    "legacy.questions.declared": Mutation(
        "transport/conversation.py",
        "        if lacks(exchange.capabilities, question.needs):",
        "        if False:",
        f"{_LEGACY}::test_nothing_is_asked_that_was_not_declared_or_is_not_known",
    ),
    "legacy.questions.error": Mutation(
        "transport/conversation.py",
        '    if "error" in told:\n',
        ('    if "error" in told:\n        return told["error"]\n    if "error" in told:\n'),
        "tests/transport/test_conversation.py::test_an_error_of_the_clients_is_a_refusal_with_its_words",
    ),
    "legacy.questions.no-store": Mutation(
        "transport/capability.py",
        (
            "    if exchange.session is None or not exchange.memory.has_store:\n"
            '        return _needs("a store")'
        ),
        (
            "    if exchange.session is None or not exchange.memory.has_store:\n"
            '        return ""'
        ),
        f"{_LEGACY}::test_a_tool_without_store_says_that_it_cannot_ask",
    ),
    "legacy.questions.on-stream": Mutation(
        "transport/conversation.py",
        "            exchange.answer.request(call_id, questions[key].method, params)",
        "            pass",
        f"{_LEGACY}::test_a_question_goes_out_on_the_stream_and_its_answer_may_come_anywhere",
    ),
    "legacy.questions.timeout": Mutation(
        "transport/conversation.py",
        "if invocation.remaining_ms() <= _SPARE_MS:",
        "if memory.clock.epoch_s() % 1000 > 900:",
        "tests/transport/test_bad_input.py::test_an_answer_after_the_deadline_changes_nothing",
    ),
    "legacy.questions.unguessable": Mutation(
        "transport/conversation.py",
        "        call_id = exchange.memory.keys.new_id()",
        '        call_id = "q" * 22',
        "tests/transport/test_conversation.py::test_a_question_is_a_request_under_an_id_nobody_can_guess",
    ),
    "legacy.resources.not-found": Mutation(
        "transport/revision.py",
        "self.not_found_code = RESOURCE_NOT_FOUND if is_legacy else INVALID_PARAMS",
        "self.not_found_code = INVALID_PARAMS",
        f"{_LEGACY}::test_a_missing_resource_has_the_code_of_its_era",
    ),
    "legacy.resources.subscribe": Mutation(
        "transport/preference.py",
        "return Record(old.level, old.subscriptions | {uri}, old.is_ended)",
        "return Record(old.level, frozenset((uri,)), old.is_ended)",
        "tests/transport/test_preference.py::test_resources_are_subscribed_to_until_they_are_not",
    ),
    "legacy.resources.subscribe-not-advertised": Mutation(
        "transport/offer.py",
        "    announced = service.announces if memory.has_store else frozenset()",
        "    announced = service.announces",
        f"{_LEGACY}::test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does",
    ),
    "legacy.response.accepted": Mutation(
        "transport/receiving.py",
        'if deliver(memory, codec, session, message.body) == "unasked":',
        'if deliver(memory, codec, session, message.body) != "unasked":',
        f"{_LEGACY}::test_a_question_goes_out_on_the_stream_and_its_answer_may_come_anywhere",
    ),
    "legacy.response.refused": Mutation(
        "transport/receiving.py",
        'if deliver(memory, codec, session, message.body) == "unasked":',
        "if False:",
        f"{_LEGACY}::test_an_answer_to_nothing_is_refused",
    ),
    "legacy.response.twice": Mutation(
        "transport/receiving.py",
        'if deliver(memory, codec, session, message.body) == "unasked":',
        'if deliver(memory, codec, session, message.body) != "taken":',
        f"{_LEGACY}::test_a_question_goes_out_on_the_stream_and_its_answer_may_come_anywhere",
    ),
    "legacy.session.another-server": Mutation(
        "transport/token.py",
        "for part in (purpose, *bound)]",
        "for part in (purpose, *bound[1:])]",
        f"{_LEGACY}::test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone",
    ),
    "legacy.session.any-environment": Mutation(
        "transport/token.py",
        "        return claims if self._memory.clock.epoch_s() < claims[EXPIRY] else None",
        (
            '        known = globals().setdefault("_known", {})\n'
            "        first = known.setdefault(message, self._memory)\n"
            "        return claims if first is self._memory else None"
        ),
        f"{_LEGACY}::test_a_session_agrees_whatever_environment_answers",
    ),
    "legacy.session.delete": Mutation(
        "transport/visit.py",
        "    return Record(record.level, record.subscriptions, is_ended=True)",
        "    return Record(record.level, record.subscriptions)",
        f"{_LEGACY}::test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone",
    ),
    "legacy.session.delete-refused": Mutation(
        "transport/visit.py",
        "has_sessions = memory.has_store and find_revision(version, MODERN) is None",
        "has_sessions = find_revision(version, MODERN) is None",
        f"{_LEGACY}::test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does",
    ),
    "legacy.session.given": Mutation(
        "transport/offer.py",
        "exchange.answer.set_header(SESSION_ID, token)",
        "pass",
        "tests/transport/test_offer.py::test_with_keys_a_session_begins_that_knows_what_was_agreed",
    ),
    "legacy.session.missing": Mutation(
        "transport/membership.py",
        ("return Rejection(400, Fault(INVALID_REQUEST, text), call_id)\n    found"),
        ("return Rejection(404, Fault(INVALID_REQUEST, text), call_id)\n    found"),
        f"{_LEGACY}::test_with_keys_nothing_is_served_without_a_session",
    ),
    "legacy.session.not-authentication": Mutation(
        "transport/session.py",
        "_tokens(memory, audience, principal).verify(session_id)",
        '_tokens(memory, audience, "eve").verify(session_id)',
        f"{_LEGACY}::test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone",
    ),
    "legacy.session.on-every-message": Mutation(
        "transport/admission.py",
        (
            "        if isinstance(member, Rejection):\n"
            "            return member\n"
            "        if isinstance(message, Call):"
        ),
        (
            "        if isinstance(member, Rejection) and isinstance(message, Call):\n"
            "            return member\n"
            "        if isinstance(message, Call):"
        ),
        f"{_LEGACY}::test_with_keys_nothing_is_served_without_a_session",
    ),
    "legacy.session.principal": Mutation(
        "transport/offer.py",
        "session.begin(memory, audience, revision, declared, exchange.principal)",
        'session.begin(memory, audience, revision, declared, "")',
        f"{_LEGACY}::test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone",
    ),
    "legacy.session.secure": Mutation(
        "transport/session.py",
        '        "key": memory.keys.new_id(),',
        '        "key": "",',
        f"{_LEGACY}::test_no_two_sessions_have_one_id",
    ),
    "legacy.session.stateless": Mutation(
        "transport/admission.py",
        ("        if self._memory.keys is None:\n            return None"),
        ("        if False:\n            return None"),
        f"{_LEGACY}::test_without_keys_there_are_no_sessions_and_none_is_asked_for",
    ),
    "legacy.session.unknown": Mutation(
        "transport/membership.py",
        "    return _gone(call_id) if record.is_ended else Member(found, record, begun_s)",
        "    return Member(found, record, begun_s)",
        f"{_LEGACY}::test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone",
    ),
    "legacy.session.visible-ascii": Mutation(
        "transport/session.py",
        "    return _tokens(memory, audience, principal).sign(",
        '    return "\\x7f" + _tokens(memory, audience, principal).sign(',
        f"{_LEGACY}::test_no_two_sessions_have_one_id",
    ),
    "legacy.stream.died": Mutation(
        "transport/replay.py",
        '        if self._memory.clock.epoch_s() < self._head["ends_s"]:',
        "        if True:",
        f"{_LEGACY}::test_a_stream_whose_environment_died_ends_with_an_error",
    ),
    "legacy.stream.ids-name-stream": Mutation(
        "transport/journal.py",
        (
            '            event_id = f"{self._name}.{self._memory.store.append(stream, '
            'record, ttl_s)}"'
        ),
        (
            "            event_id = "
            'f"{self._memory.keys.new_id()}.{self._memory.store.append(stream, record, '
            'ttl_s)}"'
        ),
        f"{_LEGACY}::test_event_ids_are_unique_and_tell_their_stream",
    ),
    "legacy.stream.ids-unique": Mutation(
        "transport/journal.py",
        (
            '            event_id = f"{self._name}.{self._memory.store.append(stream, '
            'record, ttl_s)}"'
        ),
        (
            "            self._memory.store.append(stream, record, ttl_s)\n"
            '            event_id = f"{self._name}.1"'
        ),
        f"{_LEGACY}::test_event_ids_are_unique_and_tell_their_stream",
    ),
    "legacy.stream.not-another": Mutation(
        "transport/journal.py",
        '    return f"events:{session.key}:{name}"',
        '    return f"events:{name}"',
        f"{_LEGACY}::test_another_sessions_stream_is_not_replayed",
    ),
    "legacy.stream.one-only": Mutation(
        "transport/listening.py",
        (
            "            if told and memory.store.put(self._item, self._name.encode(), "
            "_TTL_S, version):"
        ),
        ("            if told and memory.store.put(self._item, self._name.encode(), _TTL_S):"),
        f"{_LEGACY}::test_a_change_is_told_on_one_stream_only",
    ),
    "legacy.stream.over": Mutation(
        "transport/visit.py",
        "        return replay.play if is_going_on else _over()",
        "        return replay.play",
        f"{_LEGACY}::test_what_followed_an_event_is_brought_back_from_any_environment",
    ),
    "legacy.stream.polling": Mutation(
        "transport/answer.py",
        "                self._phase = _DETACHED\n",
        "                self._phase = _OVER\n",
        f"{_LEGACY}::test_a_call_may_hang_up_and_its_result_be_fetched",
    ),
    "legacy.stream.primed": Mutation(
        "transport/revision.py",
        "        self.has_priming = since_2025_11_25 and is_legacy",
        "        self.has_priming = is_legacy",
        f"{_LEGACY}::test_a_stream_is_primed_where_the_revision_knows_of_it",
    ),
    "legacy.stream.response-before-close": Mutation(
        "transport/journal.py",
        "return self._session.revision.has_priming and not self._is_broken",
        "return not self._is_broken",
        f"{_LEGACY}::test_an_older_stream_is_not_closed_before_its_response",
    ),
    "legacy.stream.resumed": Mutation(
        "transport/replay.py",
        ("            if message:\n                channel.send"),
        ("            if message and kind not in ENDINGS:\n                channel.send"),
        f"{_LEGACY}::test_what_followed_an_event_is_brought_back_from_any_environment",
    ),
    "legacy.stream.retry": Mutation(
        "transport/answer.py",
        "                self._sink.close(sse.encode_retry(retry_ms))",
        "                self._sink.close()",
        f"{_LEGACY}::test_a_connection_that_ends_before_its_stream_says_when_to_come_back",
    ),
    "legacy.stream.unknown-id": Mutation(
        "transport/visit.py",
        ("        if is_going_on is None:\n            return _unknown()"),
        ("        if is_going_on is None:\n            return None"),
        f"{_LEGACY}::test_an_event_id_never_given_out_is_refused",
    ),
    "legacy.structured.before": Mutation(
        "transport/revision.py",
        "        self.has_structure = since_2025_06_18",
        "        self.has_structure = True",
        f"{_LEGACY}::test_nobody_gets_a_field_that_came_later",
    ),
    "legacy.structured.object": Mutation(
        "transport/revision.py",
        "        self.has_any_structure = not is_legacy",
        "        self.has_any_structure = True",
        f"{_LEGACY}::test_a_number_has_no_structure_before_2026",
    ),
    "legacy.titles": Mutation(
        "transport/older.py",
        '        unknown |= {"title", "_meta"}',
        '        unknown |= {"_meta"}',
        f"{_LEGACY}::test_nobody_gets_a_field_that_came_later",
    ),
    "legacy.version.header-absent": Mutation(
        "transport/revision.py",
        'ASSUMED = REVISIONS["2025-03-26"]',
        'ASSUMED = REVISIONS["2025-11-25"]',
        f"{_LEGACY}::test_without_header_and_session_the_revision_is_2025_03_26",
    ),
    "legacy.version.header-invalid": Mutation(
        "transport/admission.py",
        "    return version is None or find_revision(version, LEGACY) is not None",
        '    return version is None or version != "2026-07-28"',
        f"{_LEGACY}::test_a_version_nobody_serves_is_400",
    ),
}
"""By requirement."""

UNBREAKABLE = {
    "every.local.loopback": "the address is the emulator's, which runs in a process of its own",
    "legacy.stream.disconnect-is-no-cancel": "the emulator hides it, in a process of its own",
}
"""Rows no patch of a line within the test's own process can break, and why."""
