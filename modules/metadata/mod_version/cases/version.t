--- conf
<IfVersion >= 2.x>
</IfVersion>
--- conf error
Version '2.x' appears to be invalid
