A section that is not closed is told where it was opened.

--- conf
<Directory "/x">
Options None
--- conf error
line 1 of ${ROOT}/conf/test.conf:
</Directory>
