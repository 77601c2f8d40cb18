# What makes rows of figures is itself checked; the figures are taken by hand.
add_test(NAME bench_rows_test COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 python3 ${CMAKE_CURRENT_LIST_DIR}/rows_test.py)
set_tests_properties(bench_rows_test PROPERTIES TIMEOUT 60 LABELS scenario)
