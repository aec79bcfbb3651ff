// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

class QApplication;
class QWidget;

namespace nephele {

// One ring that follows the keyboard focus through the whole program and stays away while the mouse leads.
// Item views draw their own current row; everything else is ringed from here, so no widget needs a rule for
// focus. A widget with the property "noRing" shows its focus by other means. Owned by the application.
class FocusRing : public QObject
{
    Q_OBJECT

public:
    explicit FocusRing(QApplication *application);

    // Views ask this before they draw the ring of the current row.
    static bool keyboardLeads();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void setLead(bool keyboard);
    void focusMoved(QObject *object, QEvent *event);
    void follow();

    QPointer<QWidget> m_target;
    QPointer<QWidget> m_ring;
};

} // namespace nephele
