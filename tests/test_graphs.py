"""The graphs of dependencies: what they show, leave out and say, and the pages they stand on."""

import re
from xml.etree import ElementTree as ET

import pytest
from conftest import metadata
from test_build import main_part
from test_large import result_of

from mkdocs_plantrace.site.graphs import Graphs
from mkdocs_plantrace.site.view import insert_urls
from mkdocs_plantrace.trace.page_urls import Addresses

LINK = "{http://www.w3.org/1999/xlink}href"
QUIET = {f"PT{number}": "off" for number in (101, 102, 110, 111, 112, 113)}
DONE = {"status": "completed"}


def graphs_of(project, tasks):
    """The graphs of a project; `tasks` holds what each task says, what it waits for first."""
    for task, (waits, fields) in tasks.items():
        project.write(
            {f"tasks/{task}/meta.yml": metadata(task, depends_on=waits.split(), **fields)}
        )
    trace = result_of(project).trace
    return trace, Graphs(trace, Addresses(trace))


def of_task(project, task, tasks):
    trace, graphs = graphs_of(project, tasks)
    return graphs.view_task(trace.task_index.by_id[task])


def of_phase(project, tasks, number=0):
    trace, graphs = graphs_of(project, tasks)
    return graphs.view_phase(trace.task_index.phases[number])


def ids(nodes):
    return sorted(node.id for node in nodes)


def critical(view):
    return [node.id for node in view.nodes if node.is_critical]


def test_a_task_shows_what_it_waits_for_and_what_waits_for_it_but_nothing_beside_it(project):
    tasks = {
        "T-1": ("", DONE),
        "T-2": ("T-1", DONE),
        "T-3": ("T-2", {}),
        "T-4": ("T-3", {}),
        "T-5": ("T-1", {}),
    }

    view = of_task(project, "T-3", tasks)

    assert [node.id for node in view.nodes] == ["T-1", "T-2", "T-3", "T-4"]
    assert [node.id for node in view.nodes if node.is_current] == ["T-3"]
    assert view.waits == (("T-2", ("T-1",)), ("T-3", ("T-2",)), ("T-4", ("T-3",)))
    assert insert_urls(view.nodes[0].url, "/".__add__) == "/trace/tasks/T-1.md"
    assert (view.left_out, view.critical, critical(view)) == (0, 2, ["T-3", "T-4"])


def test_without_dependencies_there_is_no_graph(project):
    tasks = {"T-1": ("", {}), "T-2": ("T-2 T-9", {})}

    assert of_task(project, "T-1", tasks) is None
    assert of_task(project, "T-2", tasks) is None
    assert of_phase(project, tasks) is None


def test_what_is_near_stays_and_the_rest_is_counted(project):
    tasks = {f"T-{n}": (f"T-{n - 1}", DONE) for n in range(60)}

    view = of_task(project, "T-30", tasks)

    assert ids(view.nodes) == [f"T-{n}" for n in range(28, 33)]
    assert (view.left_out, view.is_more) == (55, False)


def test_of_many_the_open_ones_are_drawn_and_both_sides_have_their_share(project):
    tasks = {f"A-{n}": ("", DONE) for n in range(40)}
    tasks |= {"T-0": (" ".join(tasks), {})}
    tasks |= {f"W-{n}": ("T-0", {} if n > 35 else DONE) for n in range(40)}

    view = of_task(project, "T-0", tasks)

    drawn = ids(view.nodes)
    assert len(drawn) == 12
    assert len([task for task in drawn if task.startswith("A")]) == 6
    assert {f"W-{n}" for n in range(36, 40)} <= set(drawn)
    assert view.left_out == 69


def test_thousands_are_not_counted_one_by_one(project):
    tasks = {"T-0": ("", {})} | {f"T-{n}": ("T-0", {}) for n in range(1, 400)}

    view = of_task(project, "T-0", tasks)

    assert (len(view.nodes), view.left_out, view.is_more) == (12, 189, True)


def test_the_critical_chain_of_a_task_goes_on_where_it_is_not_drawn(project):
    tasks = {f"T-{n}": (f"T-{n - 1}", {}) for n in range(60)}

    view = of_task(project, "T-30", tasks)

    assert (view.critical, view.critical_drawn) == (60, 5)
    assert [arrows.is_critical for arrows in view.arrows if arrows.lines] == [True]


@pytest.mark.parametrize(
    "closed", [DONE, {"status": "cancelled"}, {"archived": True, "status": "planned"}]
)
def test_the_critical_chain_is_of_open_tasks_only(project, closed):
    tasks = {
        "T-1": ("", {}),
        "T-2": ("T-1", {"status": "blocked"}),
        "T-3": ("T-2", closed),
        "T-4": ("T-3", {}),
        "T-5": ("T-4", {"status": "in progress"}),
        "T-6": ("T-5", {}),
    }

    view = of_phase(project, tasks)

    assert (view.critical, critical(view)) == (3, ["T-4", "T-5", "T-6"])


def test_of_two_chains_of_one_length_the_first_by_id_counts(project):
    tasks = {"T-9": ("", {}), "T-10": ("", {}), "T-11": ("T-10", {}), "T-12": ("T-9", {})}

    assert critical(of_phase(project, tasks)) == ["T-9", "T-12"]


def test_a_circle_ends_nothing(project):
    tasks = {"T-1": ("T-3", {}), "T-2": ("T-1", {}), "T-3": ("T-2", {})}

    view = of_phase(project, tasks)

    assert view.critical == 3
    assert view.waits == (("T-1", ("T-3",)), ("T-2", ("T-1",)), ("T-3", ("T-2",)))


def test_a_phase_shows_its_neighbours_and_nothing_between_them(project):
    tasks = {
        "A-1": ("", {**DONE, "phase": "0"}),
        "A-2": ("A-1", {**DONE, "phase": "0"}),
        "B-1": ("A-1 A-2", {**DONE, "phase": "1"}),
        "B-2": ("B-1", {"phase": "1", "archived": True}),
        "B-3": ("", {"phase": "1"}),
        "C-1": ("B-2", {"phase": "2"}),
    }

    view = of_phase(project, tasks, 1)

    assert ids(view.nodes) == ["A-1", "A-2", "B-1", "B-2", "C-1"]
    assert ids(node for node in view.nodes if node.is_outside) == ["A-1", "A-2", "C-1"]
    assert [node.id for node in view.nodes if node.archived] == ["B-2"]
    assert view.waits == (("B-1", ("A-1", "A-2")), ("B-2", ("B-1",)), ("C-1", ("B-2",)))
    assert (view.critical, view.unconnected) == (0, 1)


def test_of_a_large_phase_the_critical_chain_is_drawn(project):
    tasks = {f"T-{n}": (f"T-{n - 1}", {}) for n in range(80)}
    tasks |= {f"A-{n}": ("T-0", {}) for n in range(10)}

    view = of_phase(project, tasks)

    assert {node.id for node in view.nodes} == {f"T-{n}" for n in range(60)}
    assert (view.left_out, view.critical) == (30, 80)


def test_completed_tasks_before_open_ones_are_counted(project):
    tasks = {f"T-{n}": (f"T-{n - 1}", DONE if n < 90 else {}) for n in range(100)}
    tasks |= {"S-1": ("", {}), "T-95": ("T-94 A-1", {}), "A-1": ("A-2", DONE), "A-2": ("A-1", DONE)}

    view = of_phase(project, tasks)

    assert ids(view.nodes) == [f"T-{n}" for n in range(90, 100)]
    assert {node.id: node.before for node in view.nodes if node.before} == {"T-90": 90, "T-95": 2}
    assert (view.left_out, view.unconnected, view.critical) == (0, 1, 10)


def test_nothing_is_folded_where_no_open_task_waits_for_another(project):
    view = of_phase(project, {"T-1": ("", DONE), "T-2": ("T-1", {}), "T-3": ("T-1", {})})

    assert ids(view.nodes) == ["T-1", "T-2", "T-3"]
    assert not any(node.before for node in view.nodes)


def test_nothing_is_drawn_without_a_neighbour(project):
    tasks = {f"A-{n}": ("", {**DONE, "phase": "0"}) for n in range(70)}
    tasks |= {f"B-{n}": (f"A-{n}", {"phase": "1"}) for n in range(70)}

    view = of_phase(project, tasks, 1)

    assert view.waits == tuple((f"B-{n}", (f"A-{n}",)) for n in range(30))
    assert (len(view.nodes), view.left_out, view.critical) == (60, 80, 0)


def test_a_long_name_keeps_its_start_and_its_end(project):
    tasks = {"T-1": ("", {}), "checkpoint/PILOT-READY-2027": ("T-1", {})}

    names = [node.name for node in of_task(project, "T-1", tasks).nodes]

    assert names == ["T-1", "checkpoi…T-READY-2027"]


def figure_of(page):
    """The only graph of a page."""
    (figure,) = re.findall(r'<figure class="pt-graph".*?</figure>', page, flags=re.DOTALL)
    return figure


def svg_of(page):
    """The drawing of a page, well-formed as XML."""
    return ET.fromstring(re.search(r"<svg.*</svg>", figure_of(page), flags=re.DOTALL)[0])  # noqa: S314 we wrote it


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", "", figure_of(page).partition("<figcaption>")[2]).split())


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_pages_of_tasks_and_phases_have_their_graph(project, theme):
    project.write(
        {
            "tasks/1/meta.yml": metadata("T-1", title='<b>"A" & B</b>'),
            "tasks/2/meta.yml": metadata("T-2", depends_on=["T-1"], status="blocked"),
            "tasks/3/meta.yml": metadata("T-3"),
        }
    )
    project.site = {"theme": theme}

    outcome = project.build()

    page = outcome.page("trace/tasks/T-2/index.html")
    assert '<h2 id="dependencies">Dependencies</h2>' in page
    assert "<!-- plantrace" not in page
    svg = svg_of(page)
    links = svg.findall(".//{*}a")
    assert [link.get(LINK) for link in links] == ["../T-1/"]
    assert links[0].find("{*}title").text == 'T-1 <b>"A" & B</b> (planned)'
    assert [text.text for text in links[0].iter() if "span" in text.tag] == [
        "T-1",
        '<b>"A" & B</b>',
        "planned",
    ]
    assert "<b>" not in figure_of(page)
    assert not [element for element in svg.iter() if element.get("id") or element.get("role")]
    assert text_of(page).startswith(
        "An arrow points from a task to the tasks that depend on it. Thick: the critical chain, "
        "2 open tasks that each depend on the one before. As text T-2 depends on T-1"
    )
    phase = outcome.page("trace/phases/0/index.html")
    assert [link.get(LINK) for link in svg_of(phase).iter() if link.get(LINK)] == [
        "../../tasks/T-1/",
        "../../tasks/T-2/",
    ]
    assert "1 task has no dependency." in text_of(phase)
    assert 'id="dependencies"' not in main_part(outcome.page("trace/tasks/T-3/index.html"))


def test_search_does_not_read_graphs(project):
    project.write(
        {
            "tasks/1/meta.yml": metadata("T-1", title="Quokka"),
            "tasks/2/meta.yml": metadata("T-2", depends_on=["T-1"]),
            "tasks/3/meta.yml": metadata("T-3", depends_on=["T-2"]),
        }
    )

    outcome = project.build()

    assert "Quokka" in outcome.page("trace/tasks/T-3/index.html")
    index = outcome.page("search/search_index.json")
    assert "trace/tasks/T-3/" in index
    entry = index.partition('"location":"trace/tasks/T-3/"')[2].partition('"location"')[0]
    assert "Quokka" not in entry


def test_what_is_left_out_is_told(project):
    project.options = {"rules": QUIET}
    project.write(
        {f"tasks/{n}/meta.yml": metadata(f"T-{n}", depends_on=[f"T-{n - 1}"]) for n in range(1, 60)}
    )
    project.write({"tasks/0/meta.yml": metadata("T-0")})

    told = text_of(project.build().page("trace/tasks/T-30/index.html"))

    assert (
        "60 open tasks that each depend on the one before. 55 tasks of the chain are not drawn."
        in told
    )
    assert "55 more tasks are not drawn." in told
