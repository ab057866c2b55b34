"""handler/search_path.py: what a bare interpreter finds after it, in which order."""

import json
import sys
import sysconfig

import pytest

from tests.handler.fakes import ROOT, run_python

REPORT = """
import json
from firstbyte.handler.search_path import extend_search_path
sys.path[:] = json.loads(sys.argv[1])
extend_search_path(json.loads(sys.argv[2]), sys.argv[3])
print(json.dumps(sys.path))
"""
SITE = sysconfig.get_path("purelib")


def extended(path, environment, package, folder):
    arguments = [json.dumps(path), json.dumps(environment), str(package)]
    return json.loads(run_python(REPORT, *arguments, folder=folder))


def test_the_task_goes_in_front_and_site_packages_behind(tmp_path):
    path = extended(["/lib"], {"LAMBDA_TASK_ROOT": "/task"}, ROOT, tmp_path)
    assert path == ["/task", "/lib", SITE]


def test_without_a_task_root_the_working_directory_is_the_task(tmp_path):
    assert extended(["/lib"], {}, ROOT, tmp_path) == [str(tmp_path), "/lib", SITE]


@pytest.mark.parametrize("path", [["", "/lib", SITE], ["/lib", "/task", SITE]])
def test_what_is_there_already_stays_where_it_is(path, tmp_path):
    assert extended(path, {"LAMBDA_TASK_ROOT": "/task"}, ROOT, tmp_path) == path


def test_installed_beside_others_their_folder_is_searched_too(tmp_path):
    package = tmp_path / "deps" / "firstbyte"
    path = extended(["/lib"], {"LAMBDA_TASK_ROOT": "/task"}, package, tmp_path)
    assert path == ["/task", "/lib", SITE, str(tmp_path / "deps")]


def test_without_a_virtual_environment_the_installations_packages_are_meant(tmp_path):
    base = tmp_path / "bin" / "python3"
    source = f"sys.executable = {str(base)!r}\nsys.prefix = '/installation'\n" + REPORT
    arguments = ["[]", '{"LAMBDA_TASK_ROOT": "/task"}', str(ROOT)]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert json.loads(run_python(source, *arguments, folder=tmp_path)) == [
        "/task",
        f"/installation/{sys.platlibdir}/{version}/site-packages",
    ]
