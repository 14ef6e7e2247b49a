--- conf
<VirtualHost *>
  GlobalLog logs/all "%h"
</VirtualHost>
--- conf error
GlobalLog
