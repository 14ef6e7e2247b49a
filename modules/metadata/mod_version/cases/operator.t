--- conf
<IfVersion => 2.4>
</IfVersion>
--- conf error
line 1 of ${ROOT}/conf/test.conf:
unrecognized operator '=>'
