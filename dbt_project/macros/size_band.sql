{%- macro size_band(employee_count) -%}
    case
        when {{ employee_count }} between 1 and 10 then '1-10'
        when {{ employee_count }} between 11 and 50 then '11-50'
        when {{ employee_count }} between 51 and 200 then '51-200'
        when {{ employee_count }} between 201 and 1000 then '201-1000'
        when {{ employee_count }} between 1001 and 5000 then '1001-5000'
        when {{ employee_count }} >= 5001 then '5001+'
        else 'unknown'
    end
{%- endmacro -%}
